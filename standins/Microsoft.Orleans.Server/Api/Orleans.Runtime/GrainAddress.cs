namespace Orleans.Runtime;

/// <summary>Where a grain is active: silo and activation.</summary>
public sealed class GrainAddress : IEquatable<GrainAddress>
{
    public GrainId GrainId { get; set; }

    public ActivationId ActivationId { get; set; }

    public SiloAddress? SiloAddress { get; set; }

    public bool IsComplete => !GrainId.IsDefault && !ActivationId.IsDefault && SiloAddress is not null;

    public bool Equals(GrainAddress? other) => other is not null && Matches(other);

    public bool Matches(GrainAddress? other) =>
        other is not null && GrainId == other.GrainId && ActivationId == other.ActivationId && Equals(SiloAddress, other.SiloAddress);

    public override bool Equals(object? obj) => Equals(obj as GrainAddress);

    public override int GetHashCode() => HashCode.Combine(GrainId, ActivationId, SiloAddress);

    public override string ToString() => $"[{SiloAddress} {GrainId} {ActivationId}]";
}
