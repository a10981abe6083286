#!/usr/bin/env node
// Runs the program for this system, which lies beside this file. Its exit code and the signal that ended it are passed on.
"use strict";

const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const { constants } = require("node:os");
const { join } = require("node:path");

const program = join(__dirname, `asof-${process.platform}-${process.arch}`);
if (!existsSync(program)) {
  console.error(`asof: this package holds no program for ${process.platform} on ${process.arch}; build it with \`cargo install asof\``);
  process.exit(2);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// A terminal sends these to the whole group, and who sends them to this process alone means the program.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`asof: ${program}: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
