import numpy as np

from cricksy.analysis.skeleton import ARM, BLAZEPOSE33, LEG, NOSE, Joint


def test_a_mirror_exchanges_each_pair_and_leaves_the_middle() -> None:
    order = np.array(BLAZEPOSE33.mirror_order)
    assert order[order].tolist() == list(range(BLAZEPOSE33.count))
    assert [landmark for landmark, other in enumerate(order) if other == landmark] == [NOSE]
    assert order[[1, 2, 3, 9]].tolist() == [4, 5, 6, 10]


def test_the_right_landmark_of_every_named_joint_follows_the_left_one() -> None:
    assert {(left, left + 1) for left in (*Joint, *ARM, *LEG)} <= set(BLAZEPOSE33.pairs)
