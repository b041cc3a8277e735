import { AwsError } from '../aws-error.ts';
import type { Input } from '../input.ts';
import { requiredText, text } from '../input.ts';
import { paged, within } from './listing.ts';
import type { Calling, Operation } from './operation.ts';
import type { ApprovalStatus, ModelPackage } from './registry.ts';

const APPROVALS: readonly string[] = ['Approved', 'Rejected', 'PendingManualApproval'];

export const PACKAGE_OPERATIONS: Readonly<Record<string, Operation>> = {
  ListModelPackages: ({ sageMaker }, input) => {
    const group = text(input, 'ModelPackageGroupName');
    const approval = text(input, 'ModelApprovalStatus');
    const all = [...sageMaker.packages.values()].filter(
      (one) => (group === undefined || one.group === group) && (approval === undefined || one.approval === approval),
    );
    const found = within(all, input, ({ createdAt }) => createdAt).map(summary);
    return paged('ModelPackageSummaryList', found, input);
  },
  DescribeModelPackage: (calling, input) => {
    const one = packageIn(calling, input, 'ModelPackageName');
    return {
      ...summary(one),
      LastModifiedTime: (one.modifiedAt ?? one.createdAt) / 1000,
      ModelPackageStatusDetails: { ValidationStatuses: [] },
      ...(one.approvalDescription === undefined ? {} : { ApprovalDescription: one.approvalDescription }),
    };
  },
  UpdateModelPackage: (calling, input) => {
    const { sageMaker, at, tell } = calling;
    const one = packageIn(calling, input, 'ModelPackageArn');
    const approval = text(input, 'ModelApprovalStatus') ?? one.approval;
    if (!isApproval(approval)) {
      const words = `Value '${approval}' at 'modelApprovalStatus' must satisfy enum value set: [${APPROVALS}]`;
      throw new AwsError('ValidationException', 400, words);
    }
    const answer = { ModelPackageArn: one.arn };
    const token = text(input, 'ClientToken');
    const key = `package/${one.arn}/${token}`;
    if (token !== undefined && sageMaker.tokens.has(key)) return answer;
    if (token !== undefined) sageMaker.tokens.set(key, answer);
    const approvalDescription = text(input, 'ApprovalDescription');
    Object.assign(one, { approval, modifiedAt: at, ...(approvalDescription !== undefined && { approvalDescription }) });
    sageMaker.journal.push({ operation: 'UpdateModelPackage', subject: `${one.group}/${one.version}`, at });
    tell({ kind: 'package', arn: one.arn, at });
    return answer;
  },
};

function isApproval(value: string): value is ApprovalStatus {
  return APPROVALS.includes(value);
}

function packageIn({ sageMaker }: Calling, input: Input, key: string): ModelPackage {
  const arn = requiredText(input, key);
  const one = sageMaker.packages.get(arn);
  if (one) return one;
  throw new AwsError('ValidationException', 400, `ModelPackage ${arn} does not exist.`);
}

function summary(one: ModelPackage): object {
  return {
    ModelPackageGroupName: one.group,
    ModelPackageVersion: one.version,
    ModelPackageArn: one.arn,
    CreationTime: one.createdAt / 1000,
    ModelPackageStatus: 'Completed',
    ModelApprovalStatus: one.approval,
  };
}
