// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the libraries of the page's chart into one script, with their licences before them.
// usage: node bundle.cjs FOLDER OUTPUT     FOLDER has node_modules
'use strict';

const fs = require('fs');
const path = require('path');

const [folder, output] = process.argv.slice(2);
const modules = path.join(folder, 'node_modules');

function source(file) {
  return fs.readFileSync(path.join(modules, file), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/gm, '');
}

/** The interpreter comes as an ES module alone, which a page without a server cannot load. */
function interpreter() {
  let text = source('vega-interpreter/build/vega-interpreter.js');
  const replace = (pattern, by) => {
    if (!pattern.test(text)) throw new Error(`vega-interpreter lacks ${pattern}`);
    text = text.replace(pattern, by);
  };
  replace(/^import \{([^}]*)\} from 'vega-util';$/m, 'const {$1} = vega;');
  replace(/^export \{ expression as expressionInterpreter \};$/m, 'return { expressionInterpreter: expression };');
  if (/^(import|export)\b/m.test(text)) throw new Error('vega-interpreter imports or exports more than is known');
  return `var vegaInterpreter = (function () {\n'use strict';\n${text}\n})();\n`;
}

/** The licences of all that Vega's builds contain, each text once. */
function licences() {
  const texts = new Map();
  for (const [at, details] of Object.entries(require(path.resolve(folder, 'package-lock.json')).packages)) {
    if (at === '' || details.dev) continue;
    const name = `${at.replace(/^.*node_modules\//, '')} ${details.version}`;
    const file = fs.readdirSync(path.join(folder, at)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? fs.readFileSync(path.join(folder, at, file), 'utf8').trim() : `License: ${details.license}`;
    texts.set(text, [...(texts.get(text) || []), name]);
  }
  return [...texts].map(([text, names]) => `${names.join(', ')}:\n\n${text}\n`).join('\n').replace(/\*\//g, '* /');
}

const text = `/*\n${licences()}*/\n` +
  ['vega/build/vega.min.js', 'vega-lite/build/vega-lite.min.js', 'vega-embed/build/vega-embed.min.js']
    .map((file) => `${source(file)};\n`).join('') + interpreter();
// Neither may stand in a script element: one would end it, the other change how its end is found. And a browser reads
// each end of line as \n before it compares the script with its hash.
fs.writeFileSync(output, text.replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--').replace(/\r\n?/g, '\n'));
