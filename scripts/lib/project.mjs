import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** Where tests and benchmarks leave what a person may want to look at; git ignores it. */
export const outputFolder = path.join(root, 'test-output');

/** @param {string} name of a package that is installed @param {string} file inside it @returns {string} absolute */
export const inPackage = (name, file) => path.join(root, 'node_modules', name, file);
