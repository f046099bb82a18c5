import { type DescribeImagesCommandOutput, EC2Client, paginateDescribeImages } from '@aws-sdk/client-ec2';
import { type AwsOptions, type AwsPlace, clientConfig } from './credentials.ts';

/** What EC2 says of a machine image. */
export interface DescribedImage {
  readonly id: string;
  /** Account that owns it. */
  readonly owner: string;
  /** `amazon`, `aws-marketplace`; '' for most. */
  readonly alias: string;
  readonly name: string;
}

/** The most that one filter takes. */
const IDS_A_CALL = 200;

/**
 * Owners and names of images in one region, by ec2:DescribeImages; deprecated and
 * disabled ones too. An image that is gone, or that the caller may not see, is not
 * among them: a filter, unlike a list of ids, passes it over. Throws what AWS answers.
 */
export async function describeImages(
  place: AwsPlace,
  ids: readonly string[],
  options: AwsOptions = {},
): Promise<readonly DescribedImage[]> {
  const client = new EC2Client(clientConfig(place, options));
  const found: DescribedImage[] = [];
  try {
    for (let start = 0; start < ids.length; start += IDS_A_CALL) {
      const filter = { Name: 'image-id', Values: ids.slice(start, start + IDS_A_CALL) };
      const input = { Filters: [filter], IncludeDeprecated: true, IncludeDisabled: true };
      for await (const page of paginateDescribeImages({ client }, input)) found.push(...imagesOf(page));
    }
  } finally {
    client.destroy();
  }
  return found;
}

function imagesOf({ Images = [] }: DescribeImagesCommandOutput): readonly DescribedImage[] {
  return Images.flatMap(({ ImageId = '', OwnerId = '', ImageOwnerAlias = '', Name = '' }) =>
    ImageId === '' ? [] : [{ id: ImageId, owner: OwnerId, alias: ImageOwnerAlias, name: Name }],
  );
}
