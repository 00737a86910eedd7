/**
 * `doctor`: looks at everything a start depends on, changes nothing, and says what to do.
 * @module
 */
import type { Settings } from '../settings.ts';
import { checkDatabase, checkDirectory, checkKey, checkRoom } from './data.ts';
import { checkClients, checkModels, checkOperatingPoint, checkPages } from './files.ts';
import { checkClock, checkNode, checkOrigin, checkPort } from './machine.ts';
import type { Report } from './report.ts';

export { printReport, type Report } from './report.ts';

export async function doctor({ server, demoPort, demoOrigin }: Settings): Promise<Report> {
  const { origin, host, port, dataDirectory: data, modelsDirectory } = server;
  const findings = [
    checkNode(),
    checkClock(),
    checkOrigin(origin),
    await checkPort('port', port, host, `${origin}/health/live`),
    await checkPort('demo-port', demoPort, 'localhost', `${demoOrigin}/icon.svg`),
    checkDirectory(data),
    checkRoom(data),
    checkKey(data),
    ...checkDatabase(data),
    await checkModels(modelsDirectory),
    await checkOperatingPoint(modelsDirectory),
    checkPages(),
    checkClients(server.clients),
  ];
  return { ok: findings.every(({ verdict }) => verdict !== 'fail'), findings };
}
