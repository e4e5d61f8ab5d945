using ExpertCluster.Cli.Commands;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests;

/// <summary>`./cluster` itself: what it says without building anything.</summary>
public sealed class ClusterScriptTests
{
    private static IEnumerable<string> Commands => CliCommands.Create(new LocalClusters()).Subcommands.Select(command => command.Name);

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData]
    public async Task Cluster_Help_ListsTheCommands(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal((0, ""), (code, errors));
        foreach (string command in (string[])[.. Commands, "bench", "load", "test"])
        {
            Assert.Contains($"\n  {command} ", output, StringComparison.Ordinal);
        }
    }

    /// <summary>What the program has, the script passes on, with all that follows it.</summary>
    [Fact]
    public async Task Cluster_EveryCommandOfTheProgram_IsPassedOn()
    {
        using var checkout = new TemporaryFolder();
        File.Copy(RepositoryRoot.Combine("cluster"), checkout["cluster"]);
        Directory.CreateDirectory(checkout["src"]);
        Directory.CreateDirectory(checkout["build"]);
        File.WriteAllText(checkout["Directory.Build.props"], "");
        File.WriteAllText(checkout[".editorconfig"], "");
        File.WriteAllText(checkout["dotnet"], "#!/bin/sh\necho \"$@\"\n");
        await Tool.RunAsync("chmod", ["+x", checkout["dotnet"]], cancellationToken: TestContext.Current.CancellationToken);

        // Built already.
        Directory.CreateDirectory(checkout["artifacts/bin"]);
        File.WriteAllText(checkout["artifacts/bin/.built-Release-src-Cli"], "");

        foreach (string command in Commands)
        {
            var (code, output, errors) = await Tool.TryAsync(
                "env",
                [$"PATH={checkout.Path}:{Environment.GetEnvironmentVariable("PATH")}", "bash", checkout["cluster"], command, "--an-option", "a value"],
                cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal((0, ""), (code, errors));
            Assert.Equal($"exec {checkout["artifacts/bin/Cli/release/ExpertCluster.Cli.dll"]} {command} --an-option a value\n", output);
        }
    }

    [Theory]
    [InlineData("unknown command: dmeo", "dmeo")]
    [InlineData("unknown command: --once", "--once")]
    [InlineData("unknown command: up --hosts", "up --hosts")]
    [InlineData("no test project's name contains 'No such'", "test", "No such")]
    [InlineData("test takes one NAME, not 2", "test", "Cli", "Load")]
    public async Task Cluster_WhatItDoesNotKnow_IsTwoAndNamed(string sentence, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal(sentence, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("load")]
    [InlineData("bench")]
    [InlineData("test")]
    public async Task Cluster_WithoutDotnet_SaysWhatIsNeeded(string command)
    {
        using var folder = new TemporaryFolder();
        foreach (string tool in (string[])["bash", "dirname", "basename", "mkdir", "mktemp", "rm"])
        {
            string found = (await Tool.RunAsync("sh", ["-c", $"command -v {tool}"], cancellationToken: TestContext.Current.CancellationToken)).Trim();
            File.CreateSymbolicLink(folder[tool], found);
        }

        var (code, _, errors) = await Tool.TryAsync(
            "env", [$"PATH={folder.Path}", "bash", RepositoryRoot.Combine("cluster"), command], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((2, "dotnet is not on the PATH; the .NET 10 SDK is needed\n"), (code, errors));
    }

    [Fact]
    public async Task Cluster_CdpathSet_FindsItsFolder()
    {
        using var elsewhere = new TemporaryFolder();
        string checkout = Path.GetFileName(RepositoryRoot.Path);
        Directory.CreateDirectory(elsewhere[checkout]);

        var (code, output, errors) = await Tool.TryAsync(
            "env",
            [$"CDPATH={elsewhere.Path}", "bash", $"{checkout}/cluster", "test", "No such"],
            Path.GetDirectoryName(RepositoryRoot.Path),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((2, "", "no test project's name contains 'No such'\n"), (code, output, errors));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Tool.TryAsync("bash", [RepositoryRoot.Combine("cluster"), .. arguments], cancellationToken: TestContext.Current.CancellationToken);
}
