/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/jest-esbuild.js' },
  moduleNameMapper: { '^cdk-proxy-fleet$': '<rootDir>/lib/index.ts' },
  testSequencer: '<rootDir>/scripts/jest-sequencer.js',
  globalSetup: '<rootDir>/scripts/jest-setup.js',
  testTimeout: 20_000,
};
