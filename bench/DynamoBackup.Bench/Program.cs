using DynamoBackup.Bench;
using DynamoBackup.Bench.Replay;
using DynamoBackup.Bench.Work;

return args switch
{
    ["replay", .. var rest] => await ReplayCommand.RunAsync(rest),
    ["row", var name, .. var rest] => await WorkCommand.RunAsync(name, rest),
    _ => await BenchCommand.RunAsync(args),
};
