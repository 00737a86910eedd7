/**
 * Starts the provider and, for the demo, the application beside it.
 * @module
 */
import { createServer } from '@blindsight/server';
import { createApp } from 'blindsight-demo';
import { requireDataDirectory } from './data-directory.ts';
import { listenError } from './errors.ts';
import { researchLicence, verifyImageWeights } from './image-weights.ts';
import { operatingLine } from './operating-point.ts';
import { prepareModels, preparePages, verifyModels } from './prepare.ts';
import type { Settings } from './settings.ts';

export interface Running {
  readonly provider: string;
  readonly demo?: string;
  /** Lets what is under way end, then stops; resolves when everything is closed. */
  close(): Promise<void>;
}

type Tell = (line: string) => void;

export async function startProvider(
  { server: config, models }: Pick<Settings, 'server' | 'models'>,
  tell: Tell,
): Promise<Running> {
  if (config.storage === 'sqlite') requireDataDirectory(config.dataDirectory);
  await prepareModels(config.modelsDirectory, tell, config.production, models);
  const { manifest } = await verifyModels(config.modelsDirectory);
  tell(operatingLine(manifest));
  if (manifest.researchOnly)
    tell('Note: a part of the face models was learned from research pictures; non-commercial use only.');
  if (config.image.check !== 'off') {
    const { licence } = await verifyImageWeights(config.image.weightsDirectory, config.image.check);
    if (licence === researchLicence)
      tell('Note: the weights of the encrypted-image check are research weights; non-commercial use only.');
  }
  await preparePages(tell, config.production);

  const server = await createServer(config);
  try {
    await server.listen();
  } catch (error) {
    await server.close();
    throw listenError(error, config.port);
  }
  return { provider: config.origin, close: () => server.close() };
}

/** The demo's secret is made anew at each start and never leaves this process. */
export async function startDemo(
  { server, demoPort, demoOrigin, models }: Settings,
  tell: Tell,
): Promise<Running> {
  const clientSecret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  const client = {
    id: 'demo',
    name: 'Demo application',
    secret: clientSecret,
    redirectUris: [`${demoOrigin}/callback`],
    postLogoutRedirectUris: [`${demoOrigin}/`],
  };
  const app = createApp({
    issuer: server.origin,
    clientId: client.id,
    clientSecret,
    origin: demoOrigin,
    host: 'localhost',
    port: demoPort,
  });
  // The smaller one first: a port in use is then found before models, keys and database are touched.
  try {
    await app.listen({ host: 'localhost', port: demoPort });
  } catch (error) {
    throw listenError(error, demoPort);
  }
  try {
    const clients = [...server.clients, client];
    const provider = await startProvider({ server: { ...server, clients }, models }, tell);
    return {
      provider: provider.provider,
      demo: demoOrigin,
      close: async () => {
        await Promise.allSettled([app.close(), provider.close()]);
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
