# A small MCP server with one tool, `shout`, over stdin and stdout.
field() { printf '%s' "$line" | sed -n "s/.*\"$1\": *\"*\([^\",}]*\).*/\1/p"; }
reply() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$(field id)" "$1"; }

while IFS= read -r line; do
  case "$line" in
    *'"method":"notifications/'*) ;;
    *'"method":"initialize"'*)
      reply '{"protocolVersion":"'"$(field protocolVersion)"'","capabilities":{"tools":{}},"serverInfo":{"name":"shouting","version":"1.0.0"}}' ;;
    *'"method":"tools/list"'*)
      reply '{"tools":[{"name":"shout","description":"Says it louder.","inputSchema":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}}]}' ;;
    *'"method":"tools/call"'*)
      reply '{"content":[{"type":"text","text":"'"$GREETING$(field text | tr a-z A-Z)"'!"}]}' ;;
    *) reply '{}' ;;
  esac
done
