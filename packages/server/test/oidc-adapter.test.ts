/** The rules the adapter adds to the store, without HTTP around them. */
import { describe, expect, it } from 'vitest';
import { artifactsAdapter } from '../src/oidc/adapter.ts';
import { memoryStorage } from '../src/storage/memory/index.ts';

function adapters() {
  const replays: string[] = [];
  const adapter = artifactsAdapter({
    artifacts: memoryStorage().artifacts,
    clock: () => 1_000_000,
    onReplay: (model) => replays.push(model),
  });
  return {
    grants: adapter('Grant'),
    codes: adapter('AuthorizationCode'),
    interactions: adapter('Interaction'),
    replays,
  };
}

describe('a code presented twice', () => {
  it('takes its grant along, so that what the winner receives later is worthless too', async () => {
    const { grants, codes, replays } = adapters();
    await grants.upsert('g1', { accountId: 'a' }, 60);
    await codes.upsert('c1', { grantId: 'g1' }, 60);
    await codes.consume('c1');
    expect(await grants.find('g1')).toBeDefined();

    await expect(codes.consume('c1')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await grants.find('g1')).toBeUndefined();
    expect(await codes.find('c1')).toBeUndefined();
    expect(replays).toEqual(['AuthorizationCode']);
  });

  it('is refused as well when it never existed', async () => {
    await expect(adapters().codes.consume('nothing')).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('a proof of possession', () => {
  it('is taken once, however many present it at the same moment', async () => {
    const proofs = artifactsAdapter({ artifacts: memoryStorage().artifacts, clock: () => 1_000_000 })(
      'ReplayDetection',
    );
    const taken = await Promise.allSettled(Array.from({ length: 10 }, () => proofs.upsert('p1', {}, 60)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a sign-in in progress', () => {
  it('outlives the grant it names', async () => {
    const { interactions } = adapters();
    await interactions.upsert('i1', { grantId: 'g1' }, 60);
    await interactions.revokeByGrantId('g1');
    expect(await interactions.find('i1')).toMatchObject({ grantId: 'g1', jti: 'i1' });
  });
});
