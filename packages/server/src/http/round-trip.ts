/**
 * How long a message takes to a device and back, by pings, which a browser answers without asking the page.
 * @module
 */
import { allowances } from '@blindsight/protocol/server';
import type { WebSocket } from 'ws';

const pings = 3;

/** The least of three, or the most that is believed when the answers stay out. Unit: ms. */
export function measureRoundTrip(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    let least: number = allowances.roundTrip;
    let left = pings;
    let sentAt = 0;
    const timer = setTimeout(() => resolve(least), pings * allowances.roundTrip);
    const ping = () => {
      sentAt = performance.now();
      socket.ping();
    };
    socket.on('pong', () => {
      least = Math.min(least, performance.now() - sentAt);
      left--;
      if (left > 0) return ping();
      clearTimeout(timer);
      resolve(least);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(least);
    });
    ping();
  });
}
