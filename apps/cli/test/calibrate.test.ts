/** Thresholds and wolf rates on made-up people; the command on rendered ones; what `models build` takes up. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Calibration } from '@blindsight/face/models';
import { buildModels } from '@blindsight/face/models/build';
import { encodeJpeg } from '@blindsight/face/node';
import { atRest, createPerson, createRenderer } from '@blindsight/face/synthetic';
import { beforeAll, describe, expect, it } from 'vitest';
import { modelsFolder } from '../../../tests/support/people.ts';
import { calibrate, listPictures, verifierOf, type WolfOptions, wolfRates } from '../src/calibrate/index.ts';
import { madeUpPeople } from './made-up-people.ts';
import { cli, temporary } from './support.ts';

const choice = { kind: 'mean' } as const;
const verifier = verifierOf(choice, () => []);
const quiet = { choice, verifier, note: 'made up', progress: () => {} };
const sizes = { randomFrames: 12, wolfFrames: 1, wolfCentres: 20 };

describe('a calibration', () => {
  let made: Calibration;
  beforeAll(async () => {
    const set = madeUpPeople({ people: 80, pictures: 6, noise: 1 });
    made = await calibrate(set, { ...quiet, operatingFmr: 1e-3, sizes });
  }, 120_000);

  it('holds the rates that the people are enough for, each with what was found', () => {
    // 80 people are 6,320 pairs: enough for 1e-2 and 1e-3, not for 1e-4
    expect(made.tau.map(({ fmr }) => fmr)).toEqual([1e-2, 1e-3]);
    expect(made.evidence).toEqual({
      people: 80,
      genuinePeople: 80,
      pictures: 480,
      randomFrames: 12,
      wolfPeople: 80,
    });
    for (const { fmr, tau, found, tar, perFrame } of made.tau) {
      expect(tau % 2).toBe(0);
      // the smallest threshold that keeps to the rate
      expect(found.value).toBeLessThanOrEqual(fmr);
      expect(found.value).toBeGreaterThan(0.8 * fmr);
      expect(found.low).toBeLessThan(found.high);
      expect(perFrame[0]!).toBeLessThanOrEqual(found.value);
      expect(perFrame[1]!).toBeGreaterThan(found.value);
      expect(tar.value).toBe(1); // noise 1, three pictures: nobody is near the threshold
    }
  });

  it('refuses people that are too few for the rate, and says how many it takes', async () => {
    const few = madeUpPeople({ people: 20, pictures: 6, noise: 1 });
    await expect(calibrate(few, { ...quiet, operatingFmr: 1e-2, sizes })).rejects.toEqual(
      expect.objectContaining({
        code: 'too-few-people',
        detail: expect.stringMatching(/20 people .* 23 are/),
      }),
    );
  });

  it('refuses people with too few pictures for both sides', async () => {
    const short = madeUpPeople({ people: 30, pictures: 5, noise: 1 });
    await expect(calibrate(short, { ...quiet, operatingFmr: 1e-2, sizes })).rejects.toEqual(
      expect.objectContaining({
        code: 'too-few-people',
        detail: expect.stringContaining('6 usable pictures'),
      }),
    );
  });

  it('ends when it is told to', async () => {
    const set = madeUpPeople({ people: 30, pictures: 6, noise: 1 });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(calibrate(set, { ...quiet, operatingFmr: 1e-2, sizes, signal })).rejects.toThrow('enough');
  });

  it('is taken up by models build, for the models it was made with only', async () => {
    const { manifest } = await buildModels(modelsFolder);
    const hashOf = (role: string) => manifest.files.find((file) => file.role === role)!.sha256;
    const file = (embedder: string, calibration: unknown = made) => {
      const path = join(temporary(), 'calibration.json');
      const whole = {
        format: 'blindsight/calibration',
        schema: 1,
        embedder,
        map: hashOf('map'),
        calibration,
      };
      writeFileSync(path, JSON.stringify(whole));
      return path;
    };
    const models = temporary();
    const own = file(hashOf('embedder'));
    const { status } = await cli(['models', 'build', '--models', models, '--calibration', own]);
    expect(status).toBe(0);
    const built = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8'));
    expect(built.calibration).toEqual(made);

    const foreign = await cli(['models', 'build', '--models', models, '--calibration', file('0'.repeat(64))]);
    expect(foreign).toMatchObject({ status: 6, err: expect.stringContaining('calibration-unusable') });
    const broken = file(hashOf('embedder'), { ...made, tau: [] });
    const malformed = await cli(['models', 'build', '--models', models, '--calibration', broken]);
    expect(malformed).toMatchObject({
      status: 6,
      err: expect.stringContaining('calibration.calibration.tau'),
    });
  });

  it('brings a cohort for a logistic verifier', async () => {
    const { manifest } = await buildModels(modelsFolder);
    const path = join(temporary(), 'calibration.json');
    const logistic = { kind: 'logistic', strength: 1, cohortWeight: 0.3 };
    writeFileSync(
      path,
      JSON.stringify({
        format: 'blindsight/calibration',
        schema: 1,
        embedder: manifest.files.find(({ role }) => role === 'embedder')!.sha256,
        map: manifest.files.find(({ role }) => role === 'map')!.sha256,
        calibration: { ...made, verifier: logistic },
      }),
    );
    const built = (await buildModels(temporary(), { calibration: path })).manifest;
    expect(built.calibration.verifier).toEqual(logistic);
    expect(built.files.find(({ role }) => role === 'cohort')!.bytes).toBe(512 * 128);
  }, 240_000);
});

describe('the wolf rate', () => {
  const options: WolfOptions = { verifier, frames: 3, taus: [600], draws: 2, centres: 20 };

  it('finds the direction that many people are near, on people it did not search', async () => {
    const [found] = await wolfRates(
      madeUpPeople({ people: 60, pictures: 3, noise: 0.3, alike: 30 }),
      options,
    );
    expect(found!.people).toBe(60);
    // half the people are near the common direction
    expect(found!.one.value).toBeGreaterThan(0.4);
    expect(found!.rates.five.value).toBeLessThan(0.6);
    expect(found!.rates.five.value).toBeGreaterThanOrEqual(found!.one.value - 0.05);
    expect(found!.one.low).toBeLessThan(found!.one.value);
  });

  it('is nothing when nobody is like anybody: those who are tried were not searched', async () => {
    const [found] = await wolfRates(madeUpPeople({ people: 30, pictures: 3, noise: 0.3 }), options);
    // a search that saw them would open at least 5 of 30
    expect(found!.rates.five.value).toBeLessThan(0.02);
  });

  it('falls with the threshold', async () => {
    const set = madeUpPeople({ people: 40, pictures: 3, noise: 0.3, alike: 20 });
    const [low, high] = await wolfRates(set, { ...options, taus: [400, 900] });
    expect(low!.one.value).toBeGreaterThan(high!.one.value);
  });
});

describe('calibrate FOLDER', () => {
  /** Files in folders, each with the same content. */
  const folder = (files: readonly string[], content: string | Uint8Array = 'not a picture') => {
    const root = temporary();
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), content);
    }
    return root;
  };

  it('takes JPEG files of folders, and nothing else', () => {
    const root = folder([
      'two/a.JPG',
      'one/b.jpeg',
      'one/a.jpg',
      'one/notes.txt',
      'readme.jpg',
      'one/deep/c.jpg',
    ]);
    expect(listPictures(root)).toEqual(['one/a.jpg', 'one/b.jpeg', 'two/a.JPG']);
  });

  it('says that two people are too few, after looking at them', async () => {
    const frame = createRenderer(createPerson('calibrate')).render(atRest);
    const people = folder(['one/a.jpg', 'two/a.jpg'], encodeJpeg(frame));
    const ran = await cli(['calibrate', people, '--models', modelsFolder], { stays: true });
    expect(ran.status).toBe(7);
    expect(ran.err).toContain('2 pictures, 0 without a face');
    expect(ran.err).toContain('too-few-people');
  }, 240_000);

  it('says when there is nothing to look at, and when no face is found', async () => {
    const missing = await cli(['calibrate', join(temporary(), 'gone')], { stays: true });
    expect(missing).toMatchObject({ status: 7, err: expect.stringContaining('pictures-missing') });

    const blank = folder(['one/broken.jpg']);
    const data = new Uint8ClampedArray(4 * 320 * 240).fill(128);
    writeFileSync(join(blank, 'one', 'grey.jpg'), encodeJpeg({ width: 320, height: 240, data }));
    const none = await cli(['calibrate', blank, '--models', modelsFolder], { stays: true });
    expect(none).toMatchObject({ status: 7, err: expect.stringContaining('no face found in 2 files') });
  });

  it('writes nothing when it is cancelled', async () => {
    const cwd = temporary();
    const people = folder(['one/a.jpg', 'two/a.jpg']);
    const ran = await cli(['calibrate', people, '--models', modelsFolder, '--out', 'x.json'], { cwd });
    expect(ran).toMatchObject({ status: 130, err: expect.stringContaining('cancelled') });
    expect(() => readFileSync(join(cwd, 'x.json'))).toThrow('ENOENT');
  });

  it.each([
    [['calibrate', '.', '--fmr', '0.5'], '--fmr'],
    [['calibrate', '.', '--verifier', 'median'], '--verifier'],
    [['calibrate'], 'calibrate FOLDER'],
    [['serve', '--out', 'x'], '--out'],
  ])('refuses %j', async (argv, named) => {
    expect(await cli(argv)).toMatchObject({ status: 2, err: expect.stringContaining(named) });
  });
});
