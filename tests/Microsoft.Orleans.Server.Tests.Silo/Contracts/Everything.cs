using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests;

public enum Level : short
{
    Low = -300,
    High = 300,
}

/// <summary>One of each kind of member that may travel.</summary>
[GenerateSerializer]
public sealed class Everything
{
    [Id(0)]
    public bool Flag { get; set; }

    [Id(1)]
    public int Number { get; init; }

    [Id(2)]
    public long Large { get; init; }

    [Id(3)]
    public double Real { get; init; }

    [Id(4)]
    public decimal Exact { get; init; }

    [Id(5)]
    public string? Text { get; init; }

    [Id(6)]
    public Guid Unique { get; init; }

    [Id(7)]
    public DateTimeOffset Moment { get; init; }

    [Id(8)]
    public TimeSpan Span { get; init; }

    [Id(9)]
    public Level Level { get; init; }

    [Id(10)]
    public int? Maybe { get; init; }

    [Id(11)]
    public List<string>? Names { get; init; }

    [Id(12)]
    public Dictionary<string, ActivationPoint>? Points { get; init; }

    [Id(13)]
    public ImmutableArray<float> Weights { get; init; } = [];

    [Id(14)]
    public byte[]? Bytes { get; init; }

    [Id(15)]
    public SiloAddress? Silo { get; init; }

    [Id(16)]
    public (int Left, string Right) Pair { get; init; }

    [Id(17)]
    public Everything? Inner { get; init; }

    [Id(18)]
    public HashSet<int>? Set { get; init; }

    [Id(19)]
    public Uri? Address { get; init; }
}

[GenerateSerializer]
public readonly record struct ActivationPoint([property: Id(0)] int X, [property: Id(1)] int Y);

/// <summary>Travels as whichever of its kinds it is.</summary>
[GenerateSerializer]
public abstract record Shape([property: Id(0)] string Name);

[GenerateSerializer]
public sealed record Circle(string Name, [property: Id(0)] double Radius) : Shape(Name);

/// <summary>Numbered by position, without a single [Id].</summary>
[GenerateSerializer]
public sealed record Box(string Name, double Width, double Height) : Shape(Name);

/// <summary>Not prepared to travel.</summary>
public sealed record Stowaway(int Value);

[GenerateSerializer]
public sealed class OrderException : Exception
{
    public OrderException()
    {
    }

    public OrderException(string message)
        : base(message)
    {
    }

    public OrderException(string message, Exception inner)
        : base(message, inner)
    {
    }

    [Id(0)]
    public int Order { get; init; }
}
