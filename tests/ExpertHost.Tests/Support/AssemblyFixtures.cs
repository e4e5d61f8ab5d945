using ExpertCluster.ExpertHost.Tests.Support;

[assembly: AssemblyFixture(typeof(SmallModels))]
