import { DevError } from './DevError.ts';

/**
 * The port that was asked for, by option or by `PORT`, which then has to be it; nothing where none was.
 * @throws DevError if it is not a port.
 */
export function readPort(
  option: string | undefined,
  variable: string | undefined,
): { port: number; exactPort: true } | Record<string, never> {
  const text = option ?? variable;
  if (text === undefined || text === '') return {};
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new DevError(`The port is "${text}"; it has to be a number from 0 to 65535.`);
  return { port, exactPort: true };
}
