const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

/** Makes the bundles that constructs and tests need, once a run. CDK's own rule engine runs in one suite only: it costs seconds a process. */
module.exports = () => {
  process.env.CDK_VALIDATION ??= 'false';
  execFileSync(process.execPath, [join(__dirname, 'bundle.mjs')], { stdio: 'inherit' });
};
