using System.Text.Json;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class HostsCommandTests : IDisposable
{
    private readonly FakeClusters _clusters = new();

    public void Dispose() => _clusters.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Hosts_NoTerminal_ArePlainColumns()
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, "hosts", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            """
            HOST    STATE     BASES              WARM  RUNNING  WAITING  FREE         DEVICE FREE   ADDRESS        LABELS  FAILURES
            host-0  ready     demo,0123456789ab  6     3        1        1.5/16.0GiB  60.0/80.0GiB  http://host:1  zone=a  law
            host-1  draining  -                  0     0        0        0.0/0.0GiB   -             -              -       -
            host-2  silent    -                  0     0        0        0.0/0.0GiB   -             -              -       -

            """,
            run.Output.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Hosts_Json_HasTheContractsFields()
    {
        await using var admin = await StartAsync();

        var run = new CommandRun(_clusters, "hosts", "--json", "--grpc-address", admin.Address);

        Assert.Equal(0, await run.Code);
        var hosts = JsonDocument.Parse(run.Output.ToString()).RootElement.GetProperty("hosts").EnumerateArray().ToList();
        Assert.Equal(["host-0", "host-1", "host-2"], hosts.Select(h => h.GetProperty("name").GetString()));
        Assert.Equal(HostStatus.Descriptor.Fields.InDeclarationOrder().Select(f => f.Name), hosts[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(16L << 30, hosts[0].GetProperty("total_memory_bytes").GetInt64());
    }

    private static async Task<FakeAdmin> StartAsync()
    {
        var admin = await FakeAdmin.StartAsync();
        admin.Hosts.AddRange(
        [
            new HostStatus
            {
                Name = "host-0",
                Address = "http://host:1",
                Bases = { new BaseStatus { Name = "demo", Revision = "ff" }, new BaseStatus { Revision = "0123456789abcdef" } },
                Answers = true,
                Running = 3,
                Waiting = 1,
                FreeMemoryBytes = 3L << 29,
                TotalMemoryBytes = 16L << 30,
                Devices = { new DeviceStatus { Name = "Card", FreeMemoryBytes = 60L << 30, TotalMemoryBytes = 80L << 30 } },
                Labels = { "zone=a" },
                WarmExperts = 6,
                Failures = { new FailureStatus { Expert = "law", Reason = "its files" } },
            },
            new HostStatus { Name = "host-1", Answers = true, Draining = true },
            new HostStatus { Name = "host-2", Draining = true },
        ]);
        return admin;
    }
}
