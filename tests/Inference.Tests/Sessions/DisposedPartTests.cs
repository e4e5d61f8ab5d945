using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Sessions;

/// <summary>Without the guard each of these ends the process.</summary>
public sealed class DisposedPartTests
{
    private const int Rounds = 150;

    [Theory]
    [InlineData("session")]
    [InlineData("control")]
    [InlineData("input")]
    [InlineData("output")]
    public void RunByNames_PartDisposed_IsRefused(string part)
    {
        using var chain = new ChainSession();
        chain.RunByNames();
        Assert.True(chain.IsRight());
        chain.Part(part).Dispose();
        chain.Part(part).Dispose();
        Assert.Throws<ObjectDisposedException>(chain.RunByNames);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("control")]
    [InlineData("binding")]
    public void RunBound_PartDisposed_IsRefused(string part)
    {
        using var chain = new ChainSession();
        chain.RunBound();
        Assert.True(chain.IsRight());
        chain.Part(part).Dispose();
        chain.Part(part).Dispose();
        Assert.Throws<ObjectDisposedException>(chain.RunBound);
    }

    [Fact]
    public void RunBound_TensorsDisposed_RunsOnWhatTheBindingKeeps()
    {
        using var chain = new ChainSession();
        chain.Input.Dispose();
        chain.Output.Dispose();
        chain.RunBound();
        Assert.True(chain.IsRight());
    }

    [Fact]
    public void Bind_DisposedTensorOrBinding_IsRefused()
    {
        using var chain = new ChainSession();
        chain.Input.Dispose();
        Assert.Throws<ObjectDisposedException>(() => chain.Binding.BindInput("x", chain.Input));
        chain.Binding.Dispose();
        Assert.Throws<ObjectDisposedException>(() => chain.Binding.BindOutput("y", chain.Output));
    }

    [Fact]
    public void Bind_NameThatTheGraphLacks_LeavesTheBindingAndNoUse()
    {
        using var chain = new ChainSession();
        using var other = OnnxTensor.Over(new float[1].AsMemory(), 1);
        Assert.Throws<OnnxRuntimeException>(() => chain.Binding.BindInput("nowhere", other));
        chain.RunBound();
        Assert.True(chain.IsRight());
    }

    [Fact]
    public void CreateBindingAndTerminate_Disposed_AreRefused()
    {
        using var chain = new ChainSession();
        chain.Session.Dispose();
        Assert.Throws<ObjectDisposedException>(chain.Session.CreateBinding);
        chain.Control.Dispose();
        Assert.Throws<ObjectDisposedException>(chain.Control.Terminate);
    }

    [Fact]
    public void AddTo_DisposedTensor_IsRefused()
    {
        using var options = new SessionOptions();
        var tensor = OnnxTensor.Over(new float[1].AsMemory(), 1);
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.AddTo(options, "w"));
    }

    [Theory]
    [InlineData("session")]
    [InlineData("control")]
    [InlineData("binding")]
    [InlineData("input")]
    [InlineData("output")]
    public void Dispose_WhileRunsAreUnderWay_LetsThemEndAndRefusesLaterOnes(string part)
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var chain = new ChainSession();
            using var used = new CountdownEvent(2);
            bool tensor = part is "input" or "output";
            Action run = tensor ? chain.RunByNames : chain.RunBound;
            Together.Run(
                Together.UntilDisposed(run, used),
                Together.UntilDisposed(run, used),
                () =>
                {
                    used.Wait();
                    chain.Part(part).Dispose();
                });
            Assert.True(chain.IsRight());
        }
    }

    [Fact]
    public void Dispose_OfEverythingWhileOneBindsAndOneRuns_EndsBoth()
    {
        for (int round = 0; round < Rounds; round++)
        {
            using var chain = new ChainSession();
            using var used = new CountdownEvent(2);
            Together.Run(
                Together.UntilDisposed(chain.RunBound, used),
                Together.UntilDisposed(
                    () =>
                    {
                        using var other = OnnxTensor.Over(new float[ChainSession.Length].AsMemory(), ChainSession.Length);
                        chain.Binding.BindInput("x", other);
                    },
                    used),
                () =>
                {
                    used.Wait();
                    chain.Dispose();
                });
        }
    }
}
