using Orleans.Runtime;

namespace Orleans.OneMachine.Serialization;

/// <summary>The cluster's own identities.</summary>
internal static class IdentityCodecs
{
    public static void AddTo(IDictionary<Type, Codec> codecs)
    {
        Add<SiloAddress?>(static (w, v) => w.String(v?.ToParsableString()), static (ref r) => r.String() is { } text ? SiloAddress.FromParsableString(text) : null);
        Add<IdSpan>(static (w, v) => w.String(v.IsDefault ? null : v.ToString()), static (ref r) => r.String() is { } text ? IdSpan.Create(text) : default);
        Add<GrainType>(static (w, v) => w.String(v.IsDefault ? null : v.ToString()), static (ref r) => r.String() is { } text ? GrainType.Create(text) : default);
        Add<GrainInterfaceType>(static (w, v) => w.String(v.IsDefault ? null : v.ToString()), static (ref r) => r.String() is { } text ? GrainInterfaceType.Create(text) : default);
        Add<GrainId>(static (w, v) => w.String(v.IsDefault ? null : v.ToString()), static (ref r) => r.String() is { } text ? GrainId.Parse(text) : default);
        Add<ActivationId>(static (w, v) => w.String(v.IsDefault ? null : v.ToParsableString()), static (ref r) => r.String() is { } text ? ActivationId.FromParsableString(text) : default);
        codecs[typeof(MembershipVersion)] = new ValueCodec<MembershipVersion>(
            WireKind.Varint, static (w, v) => w.SignedVarint(v.Value), static (ref r) => new MembershipVersion(r.SignedVarint()));
        codecs[typeof(GrainAddress)] = new ValueCodec<GrainAddress?>(WireKind.Block, WriteAddress, ReadAddress);

        void Add<T>(Action<WireWriter, T> write, ReadValue<T> read) => codecs[typeof(T)] = new ValueCodec<T>(WireKind.Bytes, write, read);
    }

    public static void WriteAddress(WireWriter writer, GrainAddress? value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is null)
            return;
        writer.String(value.GrainId.ToString());
        writer.String(value.ActivationId.ToParsableString());
        writer.String(value.SiloAddress?.ToParsableString());
    }

    public static GrainAddress? ReadAddress(ref WireReader reader) => reader.Byte() == 0
        ? null
        : new GrainAddress
        {
            GrainId = GrainId.Parse(reader.RequiredString()),
            ActivationId = ActivationId.FromParsableString(reader.RequiredString()),
            SiloAddress = reader.String() is { } silo ? SiloAddress.FromParsableString(silo) : null,
        };
}
