import type { Socket } from 'node:net';
import { ConnectionLost } from './ConnectionLost.ts';

/**
 * Waits so many milliseconds (`Infinity`: for ever), and leaves no timer and no listener behind.
 * @throws ConnectionLost as soon as the connection is closed.
 */
export function pause(ms: number, socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.reject(new ConnectionLost('while waiting'));
  return new Promise((resolve, reject) => {
    const onClose = () => {
      clearTimeout(timer);
      reject(new ConnectionLost('while waiting'));
    };
    const timer = Number.isFinite(ms)
      ? setTimeout(() => {
          socket.off('close', onClose);
          resolve();
        }, ms)
      : undefined;
    socket.once('close', onClose);
  });
}
