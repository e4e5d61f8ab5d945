using System.Security.Cryptography;
using System.Text;
using ExpertCluster.Contracts;
using ExpertCluster.Node.Security;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>
/// The tokens that the admin API takes. Their file is read again every few seconds, by its content: Kubernetes swaps a symbolic link to a folder, which a
/// watch on the file never sees. What can't be used never replaces what works.
/// </summary>
internal sealed partial class AdminTokens : IHostedService, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly ILogger<AdminTokens> _log;
    private System.Threading.ITimer? _timer;
    private string _lastProblem = "";

    /// <summary>An immutable snapshot: a request goes by one. Of all the same length, so that a comparison tells nothing of a token's.</summary>
    private volatile byte[][] _digests;

    /// <exception cref="SetupException">What is set can't be used.</exception>
    public AdminTokens(RouterOptions options, TimeProvider time, ILogger<AdminTokens> log)
    {
        (_file, _time, _log) = (options.AdminTokenFile, time, log);
        _digests = _file.Length == 0 && options.AdminToken.Length == 0 ? []
            : DigestsOf(_file.Length > 0 ? BearerTokens.ReadFile(_file) : BearerTokens.Parse(options.AdminToken), out string? problem)
            ?? throw new SetupException($"{RouterOptions.NameOf(_file.Length > 0 ? nameof(options.AdminTokenFile) : nameof(options.AdminToken))} {problem}");
    }

    /// <summary>Whether callers need one.</summary>
    public bool AreAsked => _digests.Length > 0;

    /// <summary>In a time that says nothing of how near a text is to a token.</summary>
    public bool Knows(string token)
    {
        byte[] shown = DigestOf(token);
        bool isKnown = false;
        foreach (byte[] digest in _digests)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(digest, shown);
        }

        return isKnown;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_file.Length > 0)
        {
            _timer = _time.CreateTimer(static self => ((AdminTokens)self!).Look(), this, Period, Period);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Once.</summary>
    internal void Look()
    {
        if (DigestsOf(BearerTokens.ReadFile(_file), out string? problem) is not { } digests)
        {
            if (problem != _lastProblem)
            {
                _lastProblem = problem!;
                LogRefused(_log, RouterOptions.NameOf(nameof(RouterOptions.AdminTokenFile)), problem!);
            }

            return;
        }

        _lastProblem = "";
        if (!digests.SequenceEqual(_digests, DigestEquality))
        {
            _digests = digests;
            LogTaken(_log, digests.Length);
        }
    }

    private static readonly IEqualityComparer<byte[]> DigestEquality = EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b));

    private static byte[][]? DigestsOf(BearerTokens tokens, out string? problem)
    {
        problem = tokens.Problem;
        return problem is null ? [.. tokens.Tokens.Select(DigestOf)] : null;
    }

    private static byte[] DigestOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    [LoggerMessage(3601, LogLevel.Information, "The admin API's token file changed; it has {Count} tokens now")]
    private static partial void LogTaken(ILogger log, int count);

    [LoggerMessage(3602, LogLevel.Error, "The admin API's tokens stay as they were: {Setting} {Problem}")]
    private static partial void LogRefused(ILogger log, string setting, string problem);
}
