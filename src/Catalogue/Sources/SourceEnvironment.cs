using System.Globalization;
using System.Text;
using System.Text.Json;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts;
using ExpertCluster.Files;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// Settings of sources and store, from environment variables: secrets by the names that the field gives them, or from a file that such a
/// variable names. A wrong value is a <see cref="SetupException"/> that names the variable and what is allowed, never what was secret.
/// </summary>
/// <param name="variable">Reads one; null where it is not set.</param>
public sealed class SourceEnvironment(Func<string, string?> variable)
{
    public const string Store = "EXPERTCLUSTER_STORE";
    public const string AllowedHosts = "EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS";
    public const string ConnectSeconds = "EXPERTCLUSTER_SOURCES_CONNECT_SECONDS";
    public const string StallSeconds = "EXPERTCLUSTER_SOURCES_STALL_SECONDS";
    public const string FileSeconds = "EXPERTCLUSTER_SOURCES_FILE_SECONDS";
    public const string Attempts = "EXPERTCLUSTER_SOURCES_ATTEMPTS";
    public const string MaxFiles = "EXPERTCLUSTER_SOURCES_MAX_FILES";
    public const string MaxBytes = "EXPERTCLUSTER_SOURCES_MAX_BYTES";
    public const string MaxListingBytes = "EXPERTCLUSTER_SOURCES_MAX_LISTING_BYTES";
    public const string MaxRedirects = "EXPERTCLUSTER_SOURCES_MAX_REDIRECTS";
    public const string HubEndpoint = "HF_ENDPOINT";
    public const string HubToken = "HF_TOKEN";
    public const string HubTokenFile = "HF_TOKEN_PATH";
    public const string BucketEndpoint = "AWS_ENDPOINT_URL_S3";
    public const string AnyBucketEndpoint = "AWS_ENDPOINT_URL";
    public const string BucketRegion = "AWS_REGION";
    public const string OtherBucketRegion = "AWS_DEFAULT_REGION";
    public const string BucketKeyId = "AWS_ACCESS_KEY_ID";
    public const string BucketKey = "AWS_SECRET_ACCESS_KEY";
    public const string BucketSession = "AWS_SESSION_TOKEN";
    public const string RegistryFile = "REGISTRY_AUTH_FILE";
    public const string RegistryFolder = "DOCKER_CONFIG";

    private const int LargestSecretFile = 1 << 20;

    public static SourceEnvironment OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <param name="folder">Where the store is unless a variable says so.</param>
    public ModelStoreOptions StoreOptions(string folder)
    {
        var defaults = new ModelStoreOptions { Folder = Path.GetFullPath(Text(Store) ?? folder) };
        return defaults with
        {
            MaxBytes = Number(ModelStoreOptions.MaxBytesVariable, ModelStoreOptions.LeastBytes, ModelStoreOptions.MostBytes, defaults.MaxBytes),
        };
    }

    public SourceOptions SourceOptions()
    {
        var defaults = new SourceOptions();
        return defaults with
        {
            AllowedHosts = Hosts(),
            HubEndpoint = Endpoint(HubEndpoint),
            HubToken = Text(HubToken) is { } token ? new Secret(token) : Text(HubTokenFile) is { } file ? new Secret(SecretFile(HubTokenFile, file).Trim()) : null,
            BucketEndpoint = Endpoint(BucketEndpoint) ?? Endpoint(AnyBucketEndpoint),
            BucketRegion = Text(BucketRegion) ?? Text(OtherBucketRegion),
            BucketKeys = Keys(),
            RegistryLogins = Logins(),
            ConnectTimeout = Seconds(ConnectSeconds, 300, defaults.ConnectTimeout),
            StallTimeout = Seconds(StallSeconds, 3_600, defaults.StallTimeout),
            FileTimeout = Seconds(FileSeconds, 86_400, defaults.FileTimeout),
            Attempts = (int)Number(Attempts, 1, 20, defaults.Attempts),
            MaxFiles = (int)Number(MaxFiles, 1, 10_000, defaults.MaxFiles),
            MaxBytes = Number(MaxBytes, 1, ModelStoreOptions.MostBytes, defaults.MaxBytes),
            MaxListingBytes = (int)Number(MaxListingBytes, 1_024, 64 << 20, defaults.MaxListingBytes),
            MaxRedirects = (int)Number(MaxRedirects, 0, 20, defaults.MaxRedirects),
        };
    }

    private string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

    private long Number(string name, long least, long most, long otherwise) => Text(name) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number
        : throw new SetupException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a whole number from {least} to {most}"));

    private TimeSpan Seconds(string name, long most, TimeSpan otherwise) => TimeSpan.FromSeconds(Number(name, 1, most, (long)otherwise.TotalSeconds));

    private Uri? Endpoint(string name) => Text(name) is not { } text ? null
        : HttpRoot.Of(text) ?? throw new SetupException($"{name} must be http://HOST or https://HOST, with a port and a path where they are needed, and without a user or a query");

    private AllowedHosts Hosts()
    {
        try
        {
            return Sources.AllowedHosts.Parse((Text(AllowedHosts) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }
        catch (FormatException error)
        {
            throw new SetupException($"{AllowedHosts} {error.Message}", error);
        }
    }

    private BucketKeys? Keys() => (Text(BucketKeyId), Text(BucketKey)) switch
    {
        (null, null) => null,
        ({ } id, { } key) => new BucketKeys(id, new Secret(key), Text(BucketSession) is { } session ? new Secret(session) : null),
        _ => throw new SetupException($"{BucketKeyId} and {BucketKey} must both be set, or none of them"),
    };

    /// <summary>A file as `docker login` and `podman login` write it; helpers that keep secrets elsewhere are not called.</summary>
    private Dictionary<string, Secret> Logins()
    {
        Dictionary<string, Secret> logins = new(StringComparer.OrdinalIgnoreCase);
        string name = Text(RegistryFile) is null ? RegistryFolder : RegistryFile;
        if ((Text(RegistryFile) ?? (Text(RegistryFolder) is { } folder ? Path.Combine(folder, "config.json") : null)) is not { } file)
        {
            return logins;
        }

        try
        {
            using var document = JsonDocument.Parse(SecretFile(name, file));
            if (document.RootElement.TryGetProperty("auths", out var auths))
            {
                foreach (var registry in auths.EnumerateObject())
                {
                    if (JsonFields.Text(registry.Value, "auth") is { } login)
                    {
                        logins[registry.Name] = new Secret(Encoding.UTF8.GetString(Convert.FromBase64String(login)));
                    }
                }
            }

            return logins;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // The parser's own message may quote what is in the file.
            throw new SetupException($"{name}: {file} is not a file that `docker login` or `podman login` writes");
        }
    }

    private static string SecretFile(string name, string file)
    {
        try
        {
            return RegularFile.ReadAllText(file, LargestSecretFile);
        }
        catch (FileNotFoundException)
        {
            throw new SetupException($"{name}: there is no file {file}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SetupException($"{name}: {error.Message}", error);
        }
    }
}
