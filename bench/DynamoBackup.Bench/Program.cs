if (args is ["replay", ..])
    return await DynamoBackup.Bench.Replay.ReplayCommand.RunAsync(args[1..]);
return 0;
