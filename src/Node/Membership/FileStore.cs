using ExpertCluster.Files;
using ExpertCluster.Node.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Storage;

namespace ExpertCluster.Node.Membership;

/// <summary>Membership of processes on one machine: a file that all of them name. None of them is special, so any may die.</summary>
/// <param name="path">The file; its folder is made.</param>
/// <param name="state">The folder of grains' state; it is made.</param>
internal sealed class FileStore(string path, string state) : IMembershipStore
{
    public string Name => "the membership file";

    public void Use(ISiloBuilder silo)
    {
        silo.Services.AddSingleton(provider => new MembershipFile(path, provider.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<IMembershipTable, FileMembershipTable>();
        silo.Services.AddKeyedSingleton<IGrainStorage>(GrainStores.Cluster, (provider, _) => new FileGrainStorage(state, provider.GetRequiredService<TimeProvider>()));
    }

    public Task PrepareAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return Task.CompletedTask;
    }

    public string? RefusalOf(Exception error) => error switch
    {
        UnauthorizedAccessException => $"ExpertCluster:Clustering:File: '{path}' can't be written by this user",
        FileRefusedException refused => $"ExpertCluster:Clustering:File: {refused.Message}",
        InvalidDataException => $"ExpertCluster:Clustering:File: '{path}' is no membership file",
        _ => null,
    };
}
