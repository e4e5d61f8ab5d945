using ExpertCluster.Wire.Tests.Support;
using Xunit.Sdk;
using Xunit.v3;

// One router and one host for all tests; what is measured is theirs, so no two tests run at once.
[assembly: AssemblyFixture(typeof(ServedApps))]
[assembly: Parallelization(Mode = ParallelMode.None)]
