// node run-javascript.cjs FILE: runs the file as a script with require(), or, when it doesn't compile as one
// (import, export or await at the top level), as a module in which require() is there too.
const { renameSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { Script } = require('node:vm');

const [, , file] = process.argv;

function extension() {
  try {
    new Script(Module.wrap(readFileSync(file, 'utf8')));
    return '.cjs';
  } catch {
    return '.mjs'; // What is no module either is reported by the module loader, with line and column.
  }
}

const program = file.replace(/\.js$/, extension());
renameSync(file, program);
process.argv.splice(1, 2, program);
if (program.endsWith('.mjs')) globalThis.require = Module.createRequire(program);
Module.runMain();
