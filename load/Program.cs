using ExpertCluster.Load;

return await LoadCommand.Create().Parse(args).InvokeAsync();
