using System.Diagnostics;
using System.Net.Sockets;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>Somebody else's server as a process on loopback, ready when its port takes connections.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _said;

    private LocalServer(Process process, int port)
    {
        (_process, Port) = (process, port);
        _said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
    }

    public int Port { get; }

    /// <summary>"127.0.0.1:port".</summary>
    public string Authority => $"127.0.0.1:{Port}";

    public Uri Uri => new($"http://{Authority}");

    public static async Task<LocalServer> StartAsync(Func<int, ProcessStartInfo> command)
    {
        int port = FreePorts.Take(1)[0];
        var start = command(port);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var server = new LocalServer(Process.Start(start)!, port);
        while (!await server.AcceptsAsync())
        {
            Assert.False(server._process.HasExited, server._process.HasExited ? await server._said : "");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
