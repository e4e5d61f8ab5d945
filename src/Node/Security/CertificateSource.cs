using ExpertCluster.Node.Options;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Node.Security;

/// <summary>
/// The certificates that handshakes use now. Every handshake takes <see cref="Current"/> once and works with that snapshot;
/// <see cref="Refresh"/> is the only writer. What is wrong on disk never replaces what works.
/// </summary>
internal sealed class CertificateSource
{
    private readonly NodeRole _role;
    private readonly TimeProvider _time;
    private volatile TlsMaterial _current;

    /// <exception cref="OptionsValidationException">The files can't be read or don't fit; the message names the settings.</exception>
    public CertificateSource(TlsOptions options, NodeRole role, TimeProvider time)
    {
        Options = options;
        _role = role;
        _time = time;
        List<string> failures = [];
        _current = Load(failures) ?? throw new OptionsValidationException(TlsOptions.Section, typeof(TlsOptions), failures);
    }

    public TlsOptions Options { get; }

    public TlsMaterial Current => _current;

    /// <summary>Looks at the files, and takes what they hold when that is new and whole.</summary>
    /// <param name="failures">Why it was not taken.</param>
    public CertificateRefresh Refresh(List<string> failures)
    {
        var files = TlsFiles.Read(Options, _role, failures);
        if (files is null)
        {
            return CertificateRefresh.Failed;
        }

        // Certificate and key are two files. Where they change between the two readings, the next look sees them whole.
        if (files.Fingerprint == _current.Fingerprint || TlsFiles.Read(Options, _role, [])?.Fingerprint != files.Fingerprint)
        {
            return CertificateRefresh.Unchanged;
        }

        if (TlsMaterial.Load(files, _time.GetUtcNow(), failures) is not { } material)
        {
            return CertificateRefresh.Failed;
        }

        _current = material;
        return CertificateRefresh.Taken;
    }

    private TlsMaterial? Load(List<string> failures) =>
        TlsFiles.Read(Options, _role, failures) is { } files ? TlsMaterial.Load(files, _time.GetUtcNow(), failures) : null;
}

/// <summary>What a look at the certificate files came to.</summary>
internal enum CertificateRefresh
{
    Unchanged,
    Taken,
    Failed,
}
