import type { Body, Meta } from '@uppy/core';
import { expect, it } from 'vitest';
import { CrowdStore, type FileTable } from './CrowdStore.ts';

type Table = FileTable<Meta, Body>;
const tableOf = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, { id }])) as unknown as Table;
const idsOf = (files: Table) => Object.keys(files);

it('takes what was accepted out of the table that core makes, and shows all of it to others', () => {
  const store = new CrowdStore<Meta, Body>();
  store.setState({ files: tableOf('a', 'b') });
  store.add(false, (all) => {
    const shown = store.getState().files;
    expect(idsOf(shown)).toEqual([]);
    expect(shown.b?.id).toBe('b');
    const made = { ...shown, ...tableOf('c') };
    expect(idsOf(all(made))).toEqual(['a', 'b', 'c']);
    expect(idsOf(made)).toEqual([]);
    expect(idsOf(store.whileAllIsShown(() => store.getState().files))).toEqual(['a', 'b']);
    store.setState({ files: { ...made, ...tableOf('d') } });
  });
  expect(idsOf(store.getState().files)).toEqual(['a', 'b', 'c', 'd']);
});

it('writes nothing of what is thrown out, and nothing marked', () => {
  const store = new CrowdStore<Meta, Body>();
  store.setState({ files: tableOf('a') });
  const failing = () =>
    store.add(false, (all) => {
      all({ ...store.getState().files, ...tableOf('b') });
      throw new Error('core throws');
    });
  expect(failing).toThrow('core throws');
  store.add(true, () => {
    expect(idsOf(store.getState().files)).toEqual(['a']);
    store.setState({ files: store.getState().files });
  });
  expect(Reflect.ownKeys(store.getState().files)).toEqual(['a']);
});

it('takes files into a batch that is under way', () => {
  const store = new CrowdStore<Meta, Body>();
  store.setState({ files: tableOf('a') });
  store.batch(() => {
    Object.assign(store.draft ?? {}, tableOf('changed'));
    store.add(false, () => store.setState({ files: { ...store.getState().files, ...tableOf('b') } }));
    Object.assign(store.draft ?? {}, tableOf('later'));
  });
  expect(idsOf(store.state.files)).toEqual(['a', 'changed', 'b', 'later']);
});
