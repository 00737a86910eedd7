/** Starts the demo on its own: `CLIENT_SECRET=... node src/main.ts`. */
import { createApp } from './app.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const app = createApp(settings);
await app.listen({ port: settings.port, host: settings.host });
console.log(`Demo application: ${settings.origin} (provider: ${settings.issuer})`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void app.close());
}
