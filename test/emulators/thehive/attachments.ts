/** Files on alerts and cases: multipart upload, field `attachments`; enough of it to keep a file, no more. */
import { badRequest, type Hive, stamp } from './hive.ts';
import { attachmentOutput } from './output.ts';
import { auditChild, findPlace } from './places.ts';
import { type Call, param, type Route } from './route.ts';
import type { AttachmentEntity, Place } from './store.ts';

/** A multipart body, as the server's parser leaves it. */
export interface Multipart {
  readonly boundary: string;
  readonly bytes: Buffer;
}

export function attachmentRoutes(hive: Hive): Route[] {
  const upload = (kind: Place['kind'], right: string): Route => ({
    method: 'POST',
    path: `/${kind}/{${kind}Id}/attachments`,
    status: 201,
    right,
    handle: (call: Call) => {
      const parent = findPlace(hive, kind, param(call, `${kind}Id`));
      const attachments = filesOf(call.body).map((file) => {
        const entity: AttachmentEntity = { ...stamp(hive, call.who, 'Attachment'), parent, ...file };
        hive.state.attachments.push(entity);
        const object = attachmentOutput(hive.state, entity);
        auditChild(hive, call.who, parent, 'create', 'Attachment', object, object);
        return object;
      });
      return { attachments };
    },
  });
  return [upload('alert', 'manageAlert/update'), upload('case', 'manageCase/update')];
}

type File = Pick<AttachmentEntity, 'name' | 'contentType' | 'bytes'>;

function filesOf(body: unknown): File[] {
  const { boundary, bytes } = (body ?? {}) as Partial<Multipart>;
  if (boundary === undefined || bytes === undefined)
    throw badRequest('Attachments are sent as multipart/form-data');
  const parts = bytes.toString('latin1').split(`--${boundary}`).slice(1, -1);
  return parts.flatMap((part) => {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const name = /filename="([^"]*)"/.exec(head)?.[1];
    if (name === undefined || !head.includes('name="attachments"')) return [];
    const contentType = /content-type: *([^\r]+)/i.exec(head)?.[1] ?? 'application/octet-stream';
    return [{ name, contentType, bytes: Buffer.from(part.slice(end + 4, -2), 'latin1') }];
  });
}
