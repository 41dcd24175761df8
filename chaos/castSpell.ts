import type { Person } from './Person.ts';
import type { RequestFaults } from './RequestFaults.ts';
import type { Spell } from './RunPlan.ts';
import type { Stage } from './Stage.ts';

/** Of what the line carries otherwise. */
const SLOW = 0.25;

const NAMES: Record<Spell['kind'], string> = {
  offline: 'offline',
  'bucket-down': 'store down',
  'endpoint-down': 'endpoint: down',
  'slow-line': 'slow line',
  pause: 'pause and resume',
  reload: 'reload',
  'kill-browser': 'SIGKILL of the browser',
  'restart-endpoint': 'endpoint: SIGKILL and restart',
  'kill-store': 'SIGKILL of radosgw and restart',
};

/** Does it to the world, and undoes it when it is over; false where there was nothing to do it to. */
export async function castSpell(
  spell: Spell,
  stage: Stage,
  person: Person,
  faults: RequestFaults,
): Promise<boolean> {
  if (person.isDone) return false;
  const happened = await cast(spell, stage, person);
  const edits = spell.kind === 'reload' && spell.edits;
  if (happened) faults.count(edits ? 'reload, and other files of the same name' : NAMES[spell.kind]);
  return happened;
}

async function cast(spell: Spell, stage: Stage, person: Person): Promise<boolean> {
  const { line, gate } = stage;
  switch (spell.kind) {
    case 'offline':
      line.refuseBrowsers = true;
      gate.beUnreachable();
      await person.setOffline(true);
      // what is under way goes on without the line that the browser believes to have lost
      line.cutBrowsers();
      await sleep(spell.ms);
      line.refuseBrowsers = false;
      gate.open();
      await person.setOffline(false);
      return true;
    case 'bucket-down':
      await line.goDown();
      await sleep(spell.ms);
      await line.comeUp();
      return true;
    case 'endpoint-down':
      gate.beUnreachable();
      await sleep(spell.ms);
      gate.open();
      return true;
    case 'slow-line': {
      const before = line.bytesPerSecond;
      line.bytesPerSecond *= SLOW;
      await sleep(spell.ms);
      line.bytesPerSecond = before;
      return true;
    }
    case 'pause':
      try {
        if (!(await person.pause())) return false;
        await sleep(spell.ms);
        return true;
      } finally {
        // whoever pauses resumes, as soon as nobody holds it up
        person.isPausing = false;
      }
    case 'reload':
      await person.reload(spell.edits);
      return true;
    case 'kill-browser':
      await person.killBrowser();
      return true;
    case 'restart-endpoint':
      await stage.restartEndpoint();
      return true;
    case 'kill-store':
      await stage.killStore();
      return true;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
