using ExpertCluster.Cluster.Hosting;
using ExpertCluster.ExpertHost;

try
{
    int code = NodeProgram.Run(() => ExpertHostApplication.Build(args));

    // An orderly stop, unless a base that can't be loaded was the reason.
    return code == 0 ? Environment.ExitCode : code;
}
catch (OperationCanceledException) when (Environment.ExitCode != 0)
{
    // The same, before everything had started.
    return Environment.ExitCode;
}
