/** Shells with completion. */
export type Shell = "bash" | "zsh" | "fish";

/**
 * What each shell runs to complete a command line: it hands its words over as they are, never to be
 * evaluated, and takes a line for each thing that the last one may become.
 */
export const shellScripts: Readonly<Record<Shell, string>> = {
  bash: String.raw`# Completion of herdctl in bash: source <(herdctl completion bash)
_herdctl() {
  local value description
  COMPREPLY=()
  while IFS=$'\t' read -r value description; do
    if [[ $value == :files ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("$value")
  done < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _herdctl herdctl
`.replaceAll("\\${", "${"),
  zsh: String.raw`#compdef herdctl
# Completion of herdctl in zsh: source <(herdctl completion zsh)
_herdctl() {
  local line
  local -a lines found
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ \${lines[1]} == :files ]]; then
    _files
    return
  fi
  for line in $lines; do
    found+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
  done
  _describe herdctl found
}
if [[ \${funcstack[1]} == _herdctl ]]; then
  _herdctl "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _herdctl herdctl
fi
`.replaceAll("\\${", "${"),
  fish: String.raw`# Completion of herdctl in fish: herdctl completion fish | source
function __herdctl_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l found ($words[1] __complete $words[2..] "$current" 2>/dev/null)
    if test "$found[1]" = :files
        __fish_complete_path "$current"
    else
        printf '%s\n' $found
    end
end
complete -c herdctl -e
complete -c herdctl -f -a '(__herdctl_complete)'
`,
};
