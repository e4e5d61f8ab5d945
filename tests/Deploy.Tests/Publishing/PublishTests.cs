using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Publishing;

/// <summary>Publishes as the Dockerfile does, by the same script, and looks at what would lie in the images.</summary>
public sealed class PublishTests
{
    private const int X64 = 62;
    private const int Arm64 = 183;
    private const int BadUsage = 2;

    private static readonly string[] Programs = ["ExpertCluster.Cli", "ExpertCluster.ExpertHost", "ExpertCluster.Router"];
    private static readonly string[] Cpu = ["libonnxruntime.so", "libonnxruntime_providers_shared.so"];
    private static readonly string[] Gpu = [.. Cpu, "libonnxruntime_providers_cuda.so", "libonnxruntime_providers_tensorrt.so"];

    [Theory]
    [InlineData("linux-x64", X64)]
    [InlineData("linux-arm64", Arm64)]
    public async Task Cpu_EachSystem_HoldsTheProgramsAndItsOwnFilesOnly(string system, int machine)
    {
        using var published = await PublishedFolder.MakeAsync(system, "cpu", compiled: machine == X64, TestContext.Current.CancellationToken);

        AssertContents(published, machine, [.. Programs, .. Cpu], mebibytes: 200);
        if (machine == X64)
        {
            Assert.All(
                ["ExpertCluster.ExpertHost.dll", "ExpertCluster.Inference.dll", "Orleans.Runtime.dll", "Grpc.AspNetCore.Server.dll", "Microsoft.ML.OnnxRuntime.dll"],
                library => Assert.True(published.IsCompiled(library), $"{library} is not compiled ahead of time"));
            await PublishedProgram.AssertServesAsync(published, Programs[1]);
            await PublishedProgram.AssertServesAsync(published, Programs[2]);
            Assert.Contains("prepare", await Tool.RunAsync(Path.Combine(published.Path, Programs[0]), ["--help"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Gpu_LinuxX64_HoldsTheHostWithCudaAndServesTheRuntimesTestsOnTheCpu()
    {
        try
        {
            using var published = await PublishedFolder.MakeAsync("linux-x64", "gpu", compiled: false, TestContext.Current.CancellationToken);
            AssertContents(published, X64, [Programs[1], .. Gpu], mebibytes: 500);
            await PublishedProgram.AssertServesAsync(published, Programs[1]);

            // The image brings CUDA's own libraries.
            Assert.Contains($"\nARG CUDA_IMAGE=nvidia/cuda:{published.CudaMajor()}.", RepositoryRoot.Read("deploy", "docker", "Dockerfile"), StringComparison.Ordinal);

            // Those that reach the library; the rest asks our own code, whichever library there is.
            using RuntimeTests tests = new(published);
            string[] areas = [.. ((string[])["Sessions", "Stepping", "Native", "Adapters"]).SelectMany(area => (string[])["-namespace", $"ExpertCluster.Inference.Tests.{area}*"])];
            var (code, output, _) = await Tool.TryAsync("dotnet", ["exec", tests.Program, "-noLogo", "-noColor", .. areas], cancellationToken: TestContext.Current.CancellationToken);
            Assert.True(code == 0, output);
        }
        finally
        {
            // Nothing else builds there, and it is larger than all the rest.
            if (Directory.Exists(RepositoryRoot.Combine("artifacts", "gpu")))
            {
                Directory.Delete(RepositoryRoot.Combine("artifacts", "gpu"), recursive: true);
            }
        }
    }

    [Theory]
    [InlineData("linux-arm64", "gpu", "the GPU package's ONNX Runtime", "linux-arm64, only for linux-x64")]
    [InlineData("win-x64", "cpu", "SYSTEM is 'win-x64'", "linux-x64 or linux-arm64")]
    [InlineData("linux-x64", "tpu", "the library is 'tpu'", "cpu or gpu")]
    public async Task Publish_WhatCannotBe_IsRefusedByName(string system, string library, string what, string limit)
    {
        using var folder = new TemporaryFolder();
        var (code, _, errors) = await Tool.TryAsync(RepositoryRoot.Combine("build", "publish.sh"), [folder["out"], system, library]);
        Assert.Equal(BadUsage, code);
        Assert.Contains(what, errors, StringComparison.Ordinal);
        Assert.Contains(limit, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", 999)]
    [InlineData("gpu", 1_999)]
    public async Task Publish_WithTooLittleDisk_SaysWhereAndHowMuch(string library, int free)
    {
        using var folder = new TemporaryFolder();
        string df = folder["df"];
        await File.WriteAllTextAsync(df, $"#!/bin/sh\necho Avail\necho {free}\n", TestContext.Current.CancellationToken);
        _ = await Tool.RunAsync("chmod", ["+x", df]);

        var (code, _, errors) = await Tool.TryAsync(
            "env", [$"PATH={folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", RepositoryRoot.Combine("build", "publish.sh"), folder["out"], "linux-x64", library]);

        Assert.Equal(BadUsage, code);
        Assert.Equal($"publish: {folder["out"]} has {free} MiB free; publishing with '{library}' needs {free + 1} MiB", errors.Trim());
    }

    private static void AssertContents(PublishedFolder published, int machine, string[] natives, int mebibytes)
    {
        Assert.Equal(natives.Order(StringComparer.Ordinal), published.OurNatives);
        Assert.All(published.Elves, elf => Assert.True(elf.Machine == machine, $"{elf.File} is for processor {elf.Machine}, not {machine}"));
        Assert.Equal([], published.OfOtherSystems);
        Assert.Equal([], published.Folders);
        Assert.InRange(published.Bytes >> 20, 1, mebibytes);
    }
}
