import { personActor, pipelineActor } from '../actors.ts';
import { groupRule } from '../ec2.ts';
import { MINUTE, routine, SECOND } from '../routine.ts';

/** Rules of security groups that let in somebody, but not everybody. */
export const groupNearMisses = routine('group-near-misses', (scene) => {
  const { org, random } = scene;
  const time = scene.at(10.3);
  const group = `sg-0${random.hex(16)}`;
  const pipeline = pipelineActor(org, 'terraform-apply', { account: 'staging', startedAt: time });
  const near = (why: string, act: () => void) => scene.nearMiss('group-opened', why, act);
  near('the whole private network', () =>
    scene.call(
      pipeline,
      time,
      groupRule('AuthorizeSecurityGroupIngress', group, { port: 22, cidrs: ['10.0.0.0/8'] }, random),
    ),
  );
  near('an office, by its one address', () =>
    scene.call(
      pipeline,
      time + SECOND,
      groupRule(
        'AuthorizeSecurityGroupIngress',
        group,
        { port: 3389, cidrs: [`${random.pick(org.offices)}/32`] },
        random,
      ),
    ),
  );
  near('out to everywhere, not in', () =>
    scene.call(
      pipeline,
      time + 2 * SECOND,
      groupRule(
        'AuthorizeSecurityGroupEgress',
        group,
        { port: 0, toPort: 0, protocol: '-1', cidrs: ['0.0.0.0/0'], cidrs6: ['::/0'] },
        random,
      ),
    ),
  );
  near('a rule for everybody is taken away', () =>
    scene.call(
      pipeline,
      time + 3 * SECOND,
      groupRule('RevokeSecurityGroupIngress', group, { port: 22, cidrs: ['0.0.0.0/0'] }, random),
    ),
  );
  near('everybody, but the rule was there already', () =>
    scene.call(pipeline, time + 4 * SECOND, {
      ...groupRule('AuthorizeSecurityGroupIngress', group, { port: 443, cidrs: ['0.0.0.0/0'] }, random),
      error: [
        'Client.InvalidPermission.Duplicate',
        'the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists',
      ],
    }),
  );
  near('an existing rule is narrowed', () => {
    const [, person] = org.people;
    if (person === undefined) return;
    scene.call(
      personActor(org, person, { account: 'staging', startedAt: time, tool: 'console' }),
      time + MINUTE,
      {
        service: 'ec2',
        name: 'ModifySecurityGroupRules',
        request: {
          ModifySecurityGroupRulesRequest: {
            GroupId: group,
            SecurityGroupRule: {
              tag: 1,
              SecurityGroupRuleId: `sgr-0${random.hex(16)}`,
              SecurityGroupRule: {
                IpProtocol: 'tcp',
                FromPort: 22,
                ToPort: 22,
                CidrIpv4: '203.0.113.0/24',
                Description: 'was 0.0.0.0/0',
              },
            },
          },
        },
        response: { ModifySecurityGroupRulesResponse: { return: true, requestId: random.uuid() } },
      },
    );
  });
});

export const groupControls = routine('group-controls', (scene) => {
  const { org, random } = scene;
  const [, , , , person] = org.people;
  if (person === undefined) return;
  const time = scene.at(11);
  const actor = personActor(org, person, { account: 'staging', startedAt: time, tool: 'cli' });
  scene.call(
    actor,
    time,
    groupRule(
      'AuthorizeSecurityGroupIngress',
      `sg-0${random.hex(16)}`,
      { port: 22, cidrs: ['0.0.0.0/0'] },
      random,
    ),
  );
});
