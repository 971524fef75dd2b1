import { codeExecute } from './code-execute.js';
import { fileEdit } from './file-edit.js';
import { fileList } from './file-list.js';
import { fileRead } from './file-read.js';
import { fileSearch } from './file-search.js';
import { fileWrite } from './file-write.js';
import { resultSave } from './result-save.js';
import { shellExecute } from './shell-execute.js';
import type { Tool } from './tool.js';
import { webFetch } from './web-fetch.js';
import { webSearch } from './web-search.js';

/** Every tool there is, in the order a model is told of them. */
export const allTools: readonly Tool[] = [fileRead, fileList, fileSearch, fileEdit, fileWrite, shellExecute, codeExecute, resultSave, webSearch, webFetch];
