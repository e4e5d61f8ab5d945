using ExpertCluster.Samples.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

string demo = Path.GetFullPath("../../models/demo", builder.AppHostDirectory);
builder.AddExpertCluster("experts", Path.GetFullPath("../..", builder.AppHostDirectory))
    .WithBase("demo", Path.Combine(demo, "base"))
    .WithExpert("general", description: "Small talk", examples: Path.Combine(demo, "examples", "general.txt"))
    .WithExpert("finance", Path.Combine(demo, "adapters", "finance"), "Auditors, head offices, revenues and profits of companies", Path.Combine(demo, "examples", "finance.txt"))
    .WithExpert("law", Path.Combine(demo, "adapters", "law"), "Courts, notice periods and termination clauses of leases", Path.Combine(demo, "examples", "law.txt"));

// A program of yours: builder.AddProject<Projects.Chat>("chat").WithReference(experts).WaitFor(experts);
builder.Build().Run();
