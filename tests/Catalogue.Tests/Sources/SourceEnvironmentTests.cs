using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class SourceEnvironmentTests : IDisposable
{
    private const string Password = "s3cr3t-word";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SourceOptions_NothingSet_AreTheDefaults()
    {
        var options = Read();

        Assert.Equal((null, null, null, null), (options.HubEndpoint, options.HubToken, options.BucketEndpoint, options.BucketKeys));
        Assert.Equal((5, 1_000, TimeSpan.FromSeconds(30)), (options.Attempts, options.MaxFiles, options.StallTimeout));
    }

    [Fact]
    public void SourceOptions_AllSet_AreWhatTheVariablesSay()
    {
        File.WriteAllText(_folder["token"], $"{Password}\n");
        _variables["HF_ENDPOINT"] = "http://mirror.site:8080/hub";
        _variables["HF_TOKEN_PATH"] = _folder["token"];
        _variables["AWS_ENDPOINT_URL"] = "https://objects.site";
        _variables["AWS_DEFAULT_REGION"] = "here";
        _variables["AWS_ACCESS_KEY_ID"] = "id";
        _variables["AWS_SECRET_ACCESS_KEY"] = Password;
        _variables["EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS"] = "one.site, http://two.site:81";
        _variables["EXPERTCLUSTER_SOURCES_STALL_SECONDS"] = "7";
        _variables["EXPERTCLUSTER_SOURCES_MAX_REDIRECTS"] = "0";

        var options = Read();

        Assert.Equal("http://mirror.site:8080/hub", options.HubEndpoint!.AbsoluteUri);
        Assert.Equal(Password, options.HubToken!.Reveal());
        Assert.Equal(("id", Password, "here"), (options.BucketKeys!.Id, options.BucketKeys.Key.Reveal(), options.BucketRegion));
        Assert.Equal((TimeSpan.FromSeconds(7), 0), (options.StallTimeout, options.MaxRedirects));
        Assert.True(options.AllowedHosts.Contains("one.site", 443) && options.AllowedHosts.AllowsPlain("two.site", 81));
        Assert.DoesNotContain(Password, options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void SourceOptions_FileOfRegistryLogins_IsReadByHost()
    {
        File.WriteAllText(_folder["config.json"], $$$"""{"auths":{"registry.site:5000":{"auth":"{{{Convert.ToBase64String("me:s3cr3t-word"u8)}}}"},"helped.site":{}},"credsStore":"x"}""");
        _variables["DOCKER_CONFIG"] = _folder.Path;

        Assert.Equal("me:s3cr3t-word", Assert.Single(Read().RegistryLogins, login => login.Key == "registry.site:5000").Value.Reveal());
    }

    [Theory]
    [InlineData("EXPERTCLUSTER_SOURCES_STALL_SECONDS", "0", "from 1 to 3600")]
    [InlineData("EXPERTCLUSTER_SOURCES_FILE_SECONDS", "1e9", "from 1 to 86400")]
    [InlineData("EXPERTCLUSTER_SOURCES_ATTEMPTS", "-1", "from 1 to 20")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_FILES", "ten", "from 1 to 10000")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_BYTES", "99999999999999999999", "from 1 to")]
    [InlineData("EXPERTCLUSTER_SOURCES_MAX_REDIRECTS", "21", "from 0 to 20")]
    [InlineData("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", "a.site,ftp://b", "has 'ftp://b'; each must be host, host:port or http://host:port")]
    [InlineData("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", "a.site/path", "has 'a.site/path'")]
    [InlineData("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", $"http://me:{Password}@a.site", "has 'http://a.site'")]
    [InlineData("HF_ENDPOINT", "mirror.site", "must be http://HOST or https://HOST")]
    [InlineData("HF_ENDPOINT", $"https://me:{Password}@mirror.site", "without a user")]
    [InlineData("AWS_ENDPOINT_URL_S3", "file:///x", "must be http://HOST")]
    [InlineData("AWS_SECRET_ACCESS_KEY", Password, "must both be set")]
    [InlineData("HF_TOKEN_PATH", "/nowhere/token", "there is no file /nowhere/token")]
    [InlineData("REGISTRY_AUTH_FILE", "/nowhere/auth", "there is no file /nowhere/auth")]
    public void SourceOptions_WrongValue_NamesTheVariableAndShowsNoSecret(string name, string value, string problem)
    {
        _variables[name] = value;

        var error = Assert.Throws<SetupException>(Read);

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"{Password}")]
    [InlineData("{\"auths\":{\"a\":{\"auth\":\"" + Password + "\"}}}")]
    [InlineData($"[\"{Password}\"]")]
    [InlineData($$"""{"auths":"{{Password}}"}""")]
    public void SourceOptions_WrongFileOfLogins_IsNamedWithoutWhatIsInIt(string text)
    {
        File.WriteAllText(_folder["auth.json"], text);
        _variables["REGISTRY_AUTH_FILE"] = _folder["auth.json"];

        var error = Assert.Throws<SetupException>(Read);

        Assert.Contains(_folder["auth.json"], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1048575")]
    [InlineData("64GB")]
    [InlineData("")]
    public void StoreOptions_Bytes_MustBeWithinTheirRange(string bytes)
    {
        _variables["EXPERTCLUSTER_STORE_BYTES"] = bytes;

        if (bytes.Length == 0)
        {
            Assert.Equal(new ModelStoreOptions { Folder = _folder.Path }, Environment().StoreOptions(_folder.Path));
        }
        else
        {
            Assert.Contains("EXPERTCLUSTER_STORE_BYTES", Assert.Throws<SetupException>(() => Environment().StoreOptions(_folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    private SourceOptions Read() => Environment().SourceOptions();

    private SourceEnvironment Environment() => new(_variables.GetValueOrDefault);
}
