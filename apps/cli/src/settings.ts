/**
 * Options and environment, validated once and passed on as data. The command line wins over the environment, the
 * environment over the defaults; what a value may be is the server's to say.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig, type ServerConfig } from '@blindsight/server';
import { CliError } from './errors.ts';
import { type Given, optionSpecs } from './options.ts';
import { type ModelChoice, pages } from './prepare.ts';

export interface Settings {
  readonly server: ServerConfig;
  readonly demoPort: number;
  readonly demoOrigin: string;
  readonly json: boolean;
  readonly models: ModelChoice;
}

export type Env = Readonly<Record<string, string | undefined>>;

/**
 * @param logLevel when nobody says
 * @throws {CliError} `bad-configuration` naming the variable, the option and the value; `dev-keys-in-production`.
 */
export function readSettings(
  given: Given,
  env: Env,
  cwd: string,
  logLevel: ServerConfig['logLevel'] = 'info',
): Settings {
  const merged = withPaths(withOptions(given, env), cwd);
  const port = merged['BLINDSIGHT_PORT'] || '4400';
  const server = serverConfig(
    {
      ...merged,
      BLINDSIGHT_ORIGIN: merged['BLINDSIGHT_ORIGIN']?.replace(/\/$/, '') || `http://localhost:${port}`,
    },
    logLevel,
  );
  const demoPort = portOf('BLINDSIGHT_DEMO_PORT', merged['BLINDSIGHT_DEMO_PORT'] || '4401');
  if (demoPort !== 0 && demoPort === server.port)
    refuse('BLINDSIGHT_DEMO_PORT', `${demoPort}`, 'the provider has it');
  const json = merged['BLINDSIGHT_JSON'] === '1';
  const models = modelChoice(merged, cwd);
  return { server, demoPort, demoOrigin: `http://localhost:${demoPort}`, json, models };
}

function modelChoice(env: Env, cwd: string): ModelChoice {
  const [calibration, plugIn] = [env['BLINDSIGHT_CALIBRATION'], env['BLINDSIGHT_PLUG_IN']];
  const [, profile, file] = /^([a-z][a-z0-9-]*)=(.+)$/.exec(plugIn ?? '') ?? [];
  if (plugIn && !(profile && file)) refuse('BLINDSIGHT_PLUG_IN', plugIn, 'not PROFILE=FILE');
  return {
    ...(profile && file ? { plugIn: { profile, file: resolve(cwd, file) } } : {}),
    ...(calibration ? { calibration: resolve(cwd, calibration) } : {}),
  };
}

function withOptions(given: Given, env: Env): Env {
  const merged: Record<string, string | undefined> = { ...env };
  for (const { name, env: variable } of optionSpecs) {
    const value = given[name];
    if (value !== undefined) merged[variable] = value === true ? '1' : String(value);
  }
  if (env['NODE_ENV'] === 'production') merged['BLINDSIGHT_PRODUCTION'] ||= '1';
  return merged;
}

/** Absolute paths, and the defaults that lie inside the data directory. */
function withPaths(env: Env, cwd: string): Env {
  const data = resolve(cwd, env['BLINDSIGHT_DATA'] || 'data');
  const clients = env['BLINDSIGHT_CLIENTS']
    ? resolve(cwd, env['BLINDSIGHT_CLIENTS'])
    : join(data, 'clients.json');
  return {
    ...env,
    BLINDSIGHT_DATA: data,
    BLINDSIGHT_MODELS: resolve(cwd, env['BLINDSIGHT_MODELS'] || join(data, 'models')),
    BLINDSIGHT_IMAGE_WEIGHTS:
      env['BLINDSIGHT_IMAGE_WEIGHTS'] && resolve(cwd, env['BLINDSIGHT_IMAGE_WEIGHTS']),
    BLINDSIGHT_CLIENTS: env['BLINDSIGHT_CLIENTS'] || existsSync(clients) ? clients : undefined,
  };
}

function serverConfig(env: Env, logLevel: ServerConfig['logLevel']): ServerConfig {
  try {
    return readConfig(env, {
      modelsDirectory: env['BLINDSIGHT_MODELS'] ?? '',
      webDirectory: pages,
      logLevel,
    });
  } catch (error) {
    const variable = (error as { details?: { variable?: string } }).details?.variable;
    if (variable === undefined) throw error;
    const value = env[variable] ?? '';
    return refuse(
      variable,
      value,
      variable === 'BLINDSIGHT_CLIENTS' ? clientsProblem(value) : 'not usable',
      error,
    );
  }
}

function clientsProblem(path: string): string {
  try {
    JSON.parse(readFileSync(path, 'utf8'));
    return 'not the form described in apps/cli/README.md';
  } catch (error) {
    return error instanceof SyntaxError ? 'not JSON' : 'cannot be read';
  }
}

function portOf(variable: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) refuse(variable, text, 'not a port');
  return Number(text);
}

function refuse(variable: string, value: string, reason: string, cause?: unknown): never {
  const option = optionSpecs.find(({ env }) => env === variable);
  const name = option ? `--${option.name} (${variable})` : variable;
  throw new CliError('bad-configuration', `${name} is "${value}": ${reason}`, cause);
}
