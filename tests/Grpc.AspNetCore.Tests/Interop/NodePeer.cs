using System.Diagnostics;

namespace Grpc.AspNetCore.Tests.Interop;

/// <summary>Runs the scripts below npm/ with Node, with their packages as the lock file has them.</summary>
internal static class NodePeer
{
    private static readonly Lazy<Task> Installed = new(InstallAsync);

    private static readonly string Folder = Path.Combine(Root(), "tests", "Grpc.AspNetCore.Tests", "npm");

    /// <summary>Runs a script to its end and gives its standard output.</summary>
    public static async Task<string> RunAsync(string script, params string[] arguments)
    {
        await Installed.Value;
        return await RunToEndAsync("node", [script, .. arguments]);
    }

    /// <summary>Starts a script that goes on until its standard input closes.</summary>
    public static async Task<Process> StartAsync(string script, params string[] arguments)
    {
        await Installed.Value;
        return Process.Start(StartInfo("node", [script, .. arguments]))!;
    }

    private static async Task InstallAsync()
    {
        string marker = Path.Combine(Folder, "node_modules", ".package-lock.json");
        string lockFile = Path.Combine(Folder, "package-lock.json");
        if (!File.Exists(marker) || File.GetLastWriteTimeUtc(marker) < File.GetLastWriteTimeUtc(lockFile))
            await RunToEndAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    }

    private static async Task<string> RunToEndAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(StartInfo(program, arguments))!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }

    private static ProcessStartInfo StartInfo(string program, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = Folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExpertCluster.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The checkout's root was not found.");
    }
}
