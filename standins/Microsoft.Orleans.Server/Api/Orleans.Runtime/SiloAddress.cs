using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Orleans.OneMachine.Membership;

namespace Orleans.Runtime;

/// <summary>One run of a silo: its endpoint and the generation that tells this run from earlier ones on the same port.</summary>
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    public static SiloAddress Zero { get; } = New(IPAddress.Any, 0, 0);

    public IPEndPoint Endpoint { get; }

    public int Generation { get; }

    public bool IsClient => Generation < 0;

    public static SiloAddress New(IPAddress address, int port, int generation) => New(new IPEndPoint(address, port), generation);

    public static SiloAddress New(IPEndPoint ep, int gen)
    {
        ArgumentNullException.ThrowIfNull(ep);
        return new(ep, gen);
    }

    /// <summary>A generation later than every one that this machine handed out before.</summary>
    public static int AllocateNewGeneration() => SiloGeneration.Next();

    public static SiloAddress FromParsableString(string addr) => TryParseAt(addr, out var result)
        ? result
        : throw new FormatException($"'{addr}' is not a silo address; expected 'ip:port@generation'.");

    public static SiloAddress Parse(string value) => FromParsableString(value);

    public static bool TryParse(string? value, [NotNullWhen(true)] out SiloAddress? result) => TryParseAt(value, out result);

    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    /// <summary>Whether this is an earlier run on the same endpoint.</summary>
    public bool IsPredecessorOf(SiloAddress other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Endpoint.Equals(other.Endpoint) && Generation < other.Generation;
    }

    public bool IsSuccessorOf(SiloAddress other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.IsPredecessorOf(this);
    }

    public bool Equals(SiloAddress? other) =>
        other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);

    public int CompareTo(SiloAddress? other)
    {
        if (other is null)
            return 1;
        var byAddress = Endpoint.Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Endpoint.Address.GetAddressBytes());
        if (byAddress != 0)
            return byAddress;
        var byPort = Endpoint.Port.CompareTo(other.Endpoint.Port);
        return byPort != 0 ? byPort : Generation.CompareTo(other.Generation);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsClient ? 'C' : 'S')}{Endpoint}:{Generation}");

    public static bool operator ==(SiloAddress? left, SiloAddress? right) => Equals(left, right);

    public static bool operator !=(SiloAddress? left, SiloAddress? right) => !Equals(left, right);

    private static bool TryParseAt(string? text, [NotNullWhen(true)] out SiloAddress? result)
    {
        result = null;
        var at = text?.LastIndexOf('@') ?? -1;
        if (at <= 0
            || !IPEndPoint.TryParse(text.AsSpan(0, at), out var endpoint)
            || !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var generation))
            return false;
        result = new(endpoint, generation);
        return true;
    }
}
