import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BucketHosts } from './BucketHosts.ts';

const A = 'https://a.example';
const B = 'https://b.example';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function hostsOf(count: number): BucketHosts {
  const hosts = new BucketHosts();
  hosts.setCount(count);
  return hosts;
}
const silence = (hosts: BucketHosts, origin: string, times = 3) => {
  for (let n = 0; n < times; n++) hosts.wasSilent(origin);
};

it('avoids a host after three requests without an answer', () => {
  const hosts = hostsOf(2);
  silence(hosts, A, 2);
  expect(hosts.avoided).toEqual([]);
  silence(hosts, A, 1);
  expect(hosts.avoided).toEqual([A]);
  expect([hosts.isAvoided(A), hosts.isAvoided(B)]).toEqual([true, false]);
});

it('takes an answer in between for a sign of life, and one of another host not', () => {
  const hosts = hostsOf(2);
  silence(hosts, A, 2);
  hosts.answered(A);
  silence(hosts, A, 2);
  hosts.answered(B);
  expect(hosts.avoided).toEqual([]);
  silence(hosts, A, 1);
  expect(hosts.avoided).toEqual([A]);
  hosts.answered(A);
  expect(hosts.avoided).toEqual([]);
});

it('never avoids all of them', () => {
  const hosts = hostsOf(2);
  silence(hosts, A);
  silence(hosts, B, 2);
  expect(hosts.avoided).toEqual([A]);
  silence(hosts, B, 1);
  expect(hosts.avoided).toEqual([]);
  // and begins to count anew
  silence(hosts, A, 2);
  expect(hosts.avoided).toEqual([]);
});

it('never avoids the only one', () => {
  const hosts = new BucketHosts();
  silence(hosts, A, 9);
  expect(hosts.avoided).toEqual([]);
  expect(hosts.leave(A)).toBe(false);
});

it('tries a host again after a while, which grows while it stays silent', () => {
  const hosts = hostsOf(2);
  silence(hosts, A);
  for (const minutes of [1, 2, 4]) {
    vi.advanceTimersByTime(minutes * 60_000 - 1);
    expect(hosts.avoided).toEqual([A]);
    vi.advanceTimersByTime(1);
    expect(hosts.avoided).toEqual([]);
    // once is enough by now
    silence(hosts, A, 1);
    expect(hosts.avoided).toEqual([A]);
    // and those that were under way as well say nothing new
    silence(hosts, A, 5);
  }
  for (let n = 0; n < 20; n++) {
    vi.advanceTimersByTime(3_600_000);
    expect(hosts.avoided).toEqual([]);
    silence(hosts, A, 1);
  }
});

it('leaves a host at once that is known to be of no use, as long as there is another', () => {
  const hosts = hostsOf(2);
  expect(hosts.leave(A)).toBe(true);
  expect(hosts.avoided).toEqual([A]);
  expect(hosts.leave(B)).toBe(false);
  expect(hosts.avoided).toEqual([]);
});

it('knows whether another host is heard of', () => {
  const hosts = hostsOf(2);
  expect(hosts.isHeardElsewhere(A)).toBe(false);
  hosts.answered(A);
  expect([hosts.isHeardElsewhere(A), hosts.isHeardElsewhere(B)]).toEqual([false, true]);
  hosts.wasSilent(A);
  expect(hosts.isHeardElsewhere(B)).toBe(false);
});
