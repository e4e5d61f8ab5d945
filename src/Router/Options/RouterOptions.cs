using ExpertCluster.Contracts.Completions;
using ExpertCluster.Node.Settings;
using ExpertCluster.Node.Transport;

namespace ExpertCluster.Router.Options;

/// <summary>
/// How a router admits, plans and dispatches: configuration section "ExpertCluster:Router". Checked by
/// <see cref="RouterOptionsValidator"/>.
/// </summary>
[Settings(Section)]
internal sealed record RouterOptions
{
    public const string Section = SettingsSection.Root + ":Router";

    /// <summary>Requests that run at once.</summary>
    [SettingRange(1, 100_000, Unit = "requests")]
    public int MaxInFlight { get; init; } = 512;

    /// <summary>Requests that may wait for one to end; one more is refused.</summary>
    [SettingRange(0, 100_000, Unit = "requests")]
    public int QueueLimit { get; init; } = 512;

    /// <summary>Copies of requests that run at once for experts' shadows; one more is left out. 0: none run.</summary>
    [SettingRange(0, 10_000, Unit = "requests")]
    public int ShadowLimit { get; init; } = 32;

    /// <summary>Largest request body and gRPC message, as it comes and unpacked. Hosts take no more than the most that is allowed here.</summary>
    [SettingRange(1024, NodeGrpc.MessageBytes, Unit = "bytes")]
    public int MaxRequestBytes { get; init; } = NodeGrpc.MessageBytes;

    /// <summary>Experts among which a token-scope plan may choose, the generalist not counted.</summary>
    [SettingRange(1, RequestLimits.MostPinned, Unit = "experts")]
    public int CandidateLimit { get; init; } = 8;

    /// <summary>By what probability, among a plan's experts, another one has to be likelier than that of the token before, so that an answer does not flutter between two that are alike; where a request does not say. 0: the likeliest one always.</summary>
    [SettingRange(0, 1)]
    public double TokenHysteresis { get; init; }

    /// <summary>Least probability of the likeliest expert, below which the generalist answers.</summary>
    [SettingRange(0, 1)]
    [SettingDefault("what training found")]
    public double? GateFloor { get; init; }

    /// <summary>How long a request waits for a host that can take it, before UNAVAILABLE.</summary>
    [SettingRange(0, 600, Unit = "seconds")]
    public double DispatchPatienceSeconds { get; init; } = 10;

    /// <summary>How long a request that hosts were lost over is refused, by its hash, on all routers.</summary>
    [SettingRange(1, 86_400, Unit = "seconds")]
    public int PoisonSeconds { get; init; } = 600;

    /// <summary>
    /// Who may ask the admin API (`expertcluster.v1.Admin`, `/admin/...`), which tells experts, hosts, addresses and errors: nobody
    /// (`off`), callers from the router's own machine, by their address (`local`), or everybody who reaches the ports (`on`). A proxy
    /// on that machine makes all its callers local.
    /// </summary>
    [SettingValues(AdminCallers.Off, AdminCallers.Local, AdminCallers.On)]
    public string Admin { get; init; } = AdminCallers.Local;

    /// <summary>
    /// TCP port of the admin API over HTTP/1.1 (`/admin/...`, and vLLM's and Triton's calls for adapters). Where this or <see cref="AdminGrpcPort"/> is set, the admin API is answered
    /// there alone: on the other ports its paths and methods are unknown ones. Both ports speak TLS where <see cref="ExpertCluster.Node.Options.TlsOptions.CertificateFile"/> is
    /// set. 0: none.
    /// </summary>
    [SettingRange(1, 65_535, OrZero = true)]
    public int AdminHttpPort { get; init; }

    /// <summary>TCP port of the admin API over gRPC (`expertcluster.v1.Admin`, and KServe's `RepositoryModelLoad` and `RepositoryModelUnload`). 0: none.</summary>
    [SettingRange(1, 65_535, OrZero = true)]
    public int AdminGrpcPort { get; init; }

    /// <summary>
    /// What callers of the admin API must show beside being whom <see cref="Admin"/> lets in: `Authorization: Bearer TOKEN`, 16 to 512 letters, digits and any of
    /// `-._~+/=`. Others get UNAUTHENTICATED or 401. None: nobody is asked for one.
    /// </summary>
    public string AdminToken { get; init; } = "";

    /// <summary>
    /// A file that has the token instead, a Kubernetes secret for instance: a line each, up to 8, any of which will do. It is read again every few seconds, so
    /// tokens change without a restart.
    /// </summary>
    public string AdminTokenFile { get; init; } = "";

    /// <summary>
    /// Where an expert comes from that a request names and nobody added, with `{name}` in the name's place: `hf://org/{name}`, or a folder as the admin API
    /// may name it. Empty: from nowhere. Whoever may ask for completions may then have adapters fetched.
    /// </summary>
    public string OnDemand { get; init; } = "";

    /// <summary>The base of such experts.</summary>
    [SettingDefault("the catalogue's only one")]
    public string OnDemandBase { get; init; } = "";

    /// <summary>How many of them there are at most, on all routers together: one more, and the one that was asked for longest ago goes.</summary>
    [SettingRange(1, 1000, Unit = "experts")]
    public int OnDemandLimit { get; init; } = 64;

    /// <summary>
    /// Whether what users ask is kept: in a router's memory for an hour at most, and, where a caller says how the answer was (`GiveFeedback`, `POST /v1/feedback`), in the
    /// cluster's store. Without it feedback is counted, and teaches nothing.
    /// </summary>
    public bool FeedbackTexts { get; init; } = true;

    /// <summary>
    /// Origins whose pages may call the clients' HTTP API from a browser (CORS), each as a browser writes it: `https://chat.example.org`, with a port where it isn't the
    /// scheme's own, at most 32; `*` alone: all pages. Never the admin API. None: no pages but those of this origin.
    /// </summary>
    [SettingDefault("none")]
    public IReadOnlyList<string>? CorsOrigins { get; init; }

    /// <summary>Whether the clients' HTTP API is described at `/openapi.json`, and shown as a page at `/docs`. The page asks no other host for anything.</summary>
    public bool OpenApi { get; init; }

    /// <summary>
    /// Whether gateways may ask the gate: Envoy's external processing (`envoy.service.ext_proc.v3.ExternalProcessor`) on the gRPC port names the expert of each request in
    /// headers, by which the gateway chooses whom it sends the request to.
    /// </summary>
    public bool ExtProc { get; init; }

    /// <summary>Whether `model` of a body that left the choice to the gate becomes the expert's name, where the gateway lets bodies be changed.</summary>
    public bool ExtProcRewrite { get; init; } = true;

    /// <summary>Whether a gateway's request that the gate can't read goes on as it came. `false`: its client gets the error.</summary>
    public bool ExtProcFailOpen { get; init; } = true;

    /// <summary>Streams that are held for callers who come back (`X-Conversation-Id`, `background`). 0: none are, and who asks for it is refused.</summary>
    [SettingRange(0, 10_000, Unit = "streams")]
    public int HeldStreamLimit { get; init; } = 256;

    /// <summary>Bytes of the events of one held stream. One that has more goes on for the readers it has, and can't be asked for again.</summary>
    [SettingRange(65_536, 1 << 30, Unit = "bytes")]
    public int HeldStreamBytes { get; init; } = 4 << 20;

    /// <summary>Bytes of the events of all held streams. What has ended goes first.</summary>
    [SettingRange(65_536, 1 << 30, Unit = "bytes")]
    public int HeldBytes { get; init; } = 128 << 20;

    /// <summary>How long a held stream is kept after its end.</summary>
    [SettingRange(1, 86_400, Unit = "seconds")]
    public int HeldSeconds { get; init; } = 300;

    /// <summary>How long a held stream goes on with nobody listening, before its generation is ended.</summary>
    [SettingRange(1, 86_400, Unit = "seconds")]
    public int HeldAloneSeconds { get; init; } = 300;

    /// <summary>Of <see cref="CorsOrigins"/>.</summary>
    public const int MostOrigins = 32;

    /// <summary>In <see cref="OnDemand"/>.</summary>
    public const string NamePlace = "{name}";

    /// <summary>Whether the admin API has ports of its own.</summary>
    public bool HasAdminPorts => AdminHttpPort > 0 || AdminGrpcPort > 0;

    /// <summary>A setting's whole name.</summary>
    public static string NameOf(string setting) => $"{Section}:{setting}";
}
