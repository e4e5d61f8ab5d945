using Microsoft.Orleans.Server.Tests.Support;
using Orleans;

namespace Microsoft.Orleans.Server.Tests;

public sealed class SerializationTests
{
    private static readonly Everything Sample = new()
    {
        Flag = true,
        Number = -5,
        Large = long.MinValue,
        Real = double.Epsilon,
        Exact = 12345.678901234567890m,
        Text = "grüße, 你好, नमस्ते",
        Unique = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
        Moment = new(2026, 11, 22, 1, 2, 3, TimeSpan.FromMinutes(330)),
        Span = TimeSpan.FromTicks(-7),
        Level = Level.Low,
        Maybe = 3,
        Names = ["a", "", "c"],
        Points = new() { ["p"] = new(1, -2), ["q"] = default },
        Weights = [0.25f, float.NaN],
        Bytes = [1, 2, 255],
        Pair = (9, "nine"),
        Set = [3, 1, 2],
        Address = new("http://127.0.0.1:1/x?y=z"),
        Inner = new() { Text = null, Maybe = null, Level = Level.High },
    };

    [Fact]
    public async Task Arguments_OfEveryKind_ArriveAsTheyWere()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var back = await cluster.Factory(silo).GetGrain<IEchoGrain>("echo").Echo(Sample);
            Assert.NotSame(Sample, back);
            Assert.Equivalent(Sample, back, strict: true);
        }
    }

    [Fact]
    public async Task Arguments_OfADerivedType_KeepIt()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        Shape?[] shapes = [new Circle("round", 2.5), new Box("square", 1, 2), null];
        for (var silo = 0; silo < 2; silo++)
        {
            var grain = cluster.Factory(silo).GetGrain<IEchoGrain>("shapes");
            foreach (var shape in shapes)
                Assert.Equal(shape, await grain.Echo(shape));
        }
    }

    [Fact]
    public async Task Arguments_ThatTheGrainChanges_StayTheCallersOwn()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        int[] numbers = [1, 2, 3];
        for (var silo = 0; silo < 2; silo++)
        {
            var changed = await cluster.Factory(silo).GetGrain<IEchoGrain>("changer").Change(numbers);
            Assert.Equal([2, 3, 4], changed);
            Assert.Equal([1, 2, 3], numbers);
        }
    }

    [Fact]
    public async Task Arguments_References_CanBeCalled()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var factory = cluster.Factory(silo);
            Assert.Equal("passed", await factory.GetGrain<IEchoGrain>("passer").Call(factory.GetGrain<IProbeGrain>("passed")));
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData(42)]
    [InlineData(4.5)]
    public async Task Arguments_AsObject_KeepTheirType(object value)
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
            Assert.Equal(value, await cluster.Factory(silo).GetGrain<IEchoGrain>("objects").EchoObject(value));
    }

    [Fact]
    public async Task Arguments_OfAnUnpreparedType_AreRefusedByName()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        for (var silo = 0; silo < 2; silo++)
        {
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Factory(silo).GetGrain<IEchoGrain>("refuser").EchoObject(new Stowaway(1)));
            Assert.Contains(nameof(Stowaway), exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Arguments_OfManyMegabytes_Arrive()
    {
        await using var cluster = await TestCluster.StartAsync(2);
        var bytes = new byte[20_000_000];
        new Random(1).NextBytes(bytes);
        for (var silo = 0; silo < 2; silo++)
        {
            var back = await cluster.Factory(silo).GetGrain<IEchoGrain>("large").Echo(new Everything { Bytes = bytes });
            Assert.True(bytes.AsSpan().SequenceEqual(back.Bytes));
        }
    }
}
